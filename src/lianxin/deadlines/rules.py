"""The rules of a preset in typed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import get_language

from lianxin.kernel.workdays import Span

LEVELS = ("critical", "utility", "enquiry", "ordinary", "complex", "simple")
# What the bare name of a section means as a span.
MAIN = {
    "extension": "extension.max",
    "awaiting_info": "awaiting_info.max",
    "follow_up": "follow_up.within",
    "rework": "rework.span",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule comes from.

    kind: `law` (full text read), `std` or `local` (excerpt of a standard or a local rule read),
    `local_draft` (a consultation draft), `practice` (custom), `ours` (our proposal).
    """

    kind: str
    source: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.source or self.kind


@dataclass(frozen=True, slots=True)
class Lights:
    """Shares of the span left below which a clock turns yellow and red."""

    yellow: float = 0.5
    red: float = 0.25


@dataclass(frozen=True)
class Rules:
    """A preset, typed. Names with a dot reach into a section: `extension.times`."""

    id: UUID | None
    code: str
    version: int
    titles: Mapping[str, str]
    handling_starts: str
    lights: Lights
    spans: Mapping[str, Span] = field(repr=False)
    flags: Mapping[str, bool] = field(repr=False)
    numbers: Mapping[str, float] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    bases: Mapping[str, Basis] = field(repr=False)

    @property
    def title(self) -> str:
        """The name of the preset in the reader's language."""
        language = (get_language() or "zh-hans").lower()
        return self.titles.get(language) or self.titles.get("zh-hans") or self.code

    def span(self, name: str, level: str = "") -> Span | None:
        """How long: `span("sign")`, `span("handling", "complex")`, `span("extension")`.

        None means this preset sets no such limit.
        """
        return self.spans.get(self._key(name, level, self.spans))

    def basis(self, name: str, level: str = "") -> Basis | None:
        """Where a limit, section, number, flag or text comes from."""
        key = self._key(name, level, self.bases)
        return self.bases.get(key) or self.bases.get(key.partition(".")[0])

    def flag(self, name: str) -> bool:
        """A yes or no; no when the preset does not say."""
        return self.flags.get(name, False)

    def number(self, name: str) -> float | None:
        """A number or share, such as `connect_rate_24h`."""
        return self.numbers.get(name)

    def count(self, name: str) -> int | None:
        """A whole number, such as `extension.times`."""
        value = self.numbers.get(name)
        return None if value is None else int(value)

    def text(self, name: str) -> str:
        """A word, such as `extension.approver`; "" when the preset does not say."""
        return self.texts.get(name, "")

    def levels(self) -> tuple[str, ...]:
        """The levels of handling that this preset tells apart."""
        return tuple(level for level in LEVELS if f"handling.{level}" in self.spans)

    @staticmethod
    def _key(name: str, level: str, known: Mapping[str, object]) -> str:
        if name == "handling":
            exact = f"handling.{level}"
            return exact if exact in known else "handling.ordinary"
        return MAIN.get(name, name)
