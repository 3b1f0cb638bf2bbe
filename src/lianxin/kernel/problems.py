"""What an action raises when the input, not the program, is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self


class Problem(Exception):  # noqa: N818 - the name of the idea everywhere in the product
    """Bad input found by an action. Forms put each message at its field.

    `messages` maps a field name to its messages; the key "" stands for the whole form.
    A lazy translation is turned into text at once, in the language of the reader.
    """

    messages: dict[str, list[str]]

    def __init__(self, message: object, field: str | None = None) -> None:
        self.messages = {field or "": [str(message)]}
        super().__init__(str(message))

    @classmethod
    def several(cls, messages: Mapping[str, Sequence[object]]) -> Self:
        """One problem for many fields: `{field: [message, ...]}`; at least one message."""
        found = {field: [str(m) for m in texts] for field, texts in messages.items() if texts}
        if not found:
            raise ValueError("a problem needs a message")
        problem = cls(next(iter(found.values()))[0])
        problem.messages = found
        return problem

    def __str__(self) -> str:
        return "; ".join(
            f"{field}: {text}" if field else text
            for field, texts in self.messages.items()
            for text in texts
        )
