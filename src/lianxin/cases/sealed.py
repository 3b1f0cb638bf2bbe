"""The words of a message about a sealed case, as they are sealed and as they are opened.

What the office writes is sealed with a key of this machine, because the person has to read it with
their query code; what the person writes, with the keys of the receivers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lianxin.seals import sealing
from lianxin.seals.sealing import Shut

if TYPE_CHECKING:
    from lianxin.cases.models import Case, Message


def sealed_words(case: Case, words: str, *, to: Sequence[str], by_office: bool) -> bytes:
    """The words of a message, sealed."""
    place, values = sealing.label("message", case.concern.uuid), {"words": words}
    if by_office:
        return sealing.seal_here(values, label=place)
    return sealing.seal(values, label=place, to=to)


def opened_words(message: Message, case: Case, *, unlocked: Sequence[str]) -> str:
    """The words of a message; Shut when they are sealed and no unlocked key opens them."""
    if message.sealed is None:
        return message.words
    place = sealing.label("message", case.concern.uuid)
    if sealing.is_here(message.sealed):
        values = sealing.unseal_here(message.sealed, label=place)
    else:
        values = sealing.unseal(message.sealed, label=place, unlocked=unlocked)
    return str(values["words"])


def reveal(message: Message, case: Case, *, unlocked: Sequence[str]) -> None:
    """Put the words back into the row in memory, if they can be opened."""
    try:
        message.words = opened_words(message, case, unlocked=unlocked)
    except Shut:
        message.words = ""
