"""The story of a case 经过: the journal's entries as sentences, for staff or for the resident.

The journal says what happened and points at rows; the rows hold the words. The resident reads
offices, never names, and only what concerns them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lianxin.intake import queries as intake
from lianxin.journal import queries as journal
from lianxin.pages.story import conflicts, contact, judging, owning, working
from lianxin.pages.story.telling import TELLERS, Audience, Known, Tone
from lianxin.people import queries as people

if TYPE_CHECKING:
    from lianxin.access import Viewer
    from lianxin.cases.models import Case

__all__ = ["Audience", "Line", "conflicts", "contact", "judging", "lines", "owning", "working"]


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, what in a few words, the words that go with it, by whom.

    ``event`` is the name of its entry in the journal.
    """

    at: datetime
    title: str
    text: str = ""
    icon: str = "circle-check"
    who: str = ""
    tone: Tone = ""
    event: str = ""


def lines(case: Case, *, audience: Audience, viewer: Viewer | None = None) -> list[Line]:
    """The story of a case, oldest first. A constant number of queries for any length.

    ``viewer``: who of the staff reads it; of what was joined and is kept from them it says nothing.
    """
    opened = [f"file:{row.pk}" for row in intake.attachments_of(case.concern_id) if row.original]
    entries = journal.story([case.subject, f"concern:{case.concern_id}", *opened])
    known = Known(case, audience, [entry.event_object() for entry in entries], viewer)
    names = people.user_names(
        {_user(entry.actor) for entry in entries if audience == "staff"} - {0}
    )
    found = []
    for entry in entries:
        event = entry.event_object()
        teller = TELLERS.get(type(event))
        told = teller(known, event) if teller else None
        if told is not None:
            who = names.get(_user(entry.actor), "") if audience == "staff" else ""
            found.append(Line(entry.at, who=who, event=entry.event, **told))
    return found


def _user(actor: str) -> int:
    kind, _colon, pk = actor.partition(":")
    return int(pk) if kind == "user" else 0
