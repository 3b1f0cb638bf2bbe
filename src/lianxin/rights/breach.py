"""What the journal says about sealed details that were opened in a span of time (PIPL art. 57)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from lianxin.cases import queries as cases
from lianxin.journal import queries as journal
from lianxin.kernel.ids import format_number
from lianxin.people import queries as people
from lianxin.rights.events import DataTaken
from lianxin.vault.events import Revealed


@dataclass(frozen=True)
class Opening:
    """One time somebody learnt something: when, who, of which matter, what, what for."""

    at: datetime
    entry: int
    who: str
    number: str
    what: str
    purpose: str


@dataclass
class Breach:
    """Everything that was opened or handed out in the span."""

    since: datetime
    until: datetime
    openings: list[Opening] = field(default_factory=list)
    copies: list[Opening] = field(default_factory=list)

    @property
    def numbers(self) -> list[str]:
        """The matters touched, each once: at most so many people are affected."""
        return sorted({row.number for row in (*self.openings, *self.copies)})

    @property
    def by_person(self) -> list[tuple[str, int, int]]:
        """(who, how many openings, of how many matters), the most first."""
        times = Counter(row.who for row in self.openings)
        matters = {who: {r.number for r in self.openings if r.who == who} for who in times}
        return [(who, count, len(matters[who])) for who, count in times.most_common()]

    @property
    def by_field(self) -> list[tuple[str, int]]:
        """(sealed field, of how many matters), the most first."""
        seen = {(row.what, row.number) for row in self.openings}
        return Counter(what for what, _number in seen).most_common()


def look(since: datetime, until: datetime, numbers: Collection[str] = ()) -> Breach:
    """Read the journal for a span of time (until is outside), for these receipt numbers or all."""
    entries = list(journal.between(since, until, [Revealed.name, DataTaken.name]))
    found = Breach(since, until)
    known = cases.numbers_of({entry.subject for entry in entries})
    staff = people.user_names({_user(entry.actor) for entry in entries} - {0})
    for entry in entries:
        number = known.get(entry.subject, "")
        if numbers and number not in numbers:
            continue
        event = entry.event_object()
        shown = format_number(number) if number else entry.subject
        who = staff.get(_user(entry.actor), "") or entry.actor
        if isinstance(event, Revealed):
            found.openings += [
                Opening(entry.at, entry.seq, who, shown, name, event.purpose)
                for name in event.fields or (event.field,)
            ]
        elif isinstance(event, DataTaken):
            found.copies.append(Opening(entry.at, entry.seq, who, shown, event.form, ""))
    return found


def _user(actor: str) -> int:
    kind, _colon, pk = actor.partition(":")
    return int(pk) if kind == "user" else 0
