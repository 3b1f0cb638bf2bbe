"""What administrators did, in sentences for the auditor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.journal import queries as journal
from lianxin.journal.events import Event
from lianxin.people import events
from lianxin.people.models import Unit, User
from lianxin.people.roles import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAGE = 50
KINDS = ("user", "unit")
SENTENCES: dict[type[Event], _StrPromise] = {
    events.UnitCreated: gettext_lazy("Unit added"),
    events.UnitChanged: gettext_lazy("Unit changed"),
    events.UnitMoved: gettext_lazy("Unit moved"),
    events.UnitClosed: gettext_lazy("Unit closed"),
    events.UserAdded: gettext_lazy("Account made"),
    events.UserChanged: gettext_lazy("Details changed"),
    events.UserBarred: gettext_lazy("Account closed"),
    events.PasswordSet: gettext_lazy("New password"),
    events.SecondFactorChanged: gettext_lazy("Own second step changed"),
    events.SecondFactorReset: gettext_lazy("Second step reset"),
    events.SessionsEnded: gettext_lazy("Signed out everywhere"),
    events.MemberAdded: gettext_lazy("Role given"),
    events.MembershipEnded: gettext_lazy("Role ended"),
}


def tells(kind: type[Event], sentence: _StrPromise) -> None:
    """Register what a module above calls something that an administrator does to a unit."""
    SENTENCES[kind] = sentence


@dataclass(frozen=True, slots=True)
class Told:
    """One act: when, who, what, about whom, and what else is known of it."""

    seq: int
    at: datetime
    who: str
    what: str
    whom: str
    more: str


def newest(before: int | None = None) -> tuple[list[Told], int | None]:
    """A page of acts, the newest first, and the number the next one begins before. 3 queries."""
    names = [event.name for event in SENTENCES]
    rows = journal.about(KINDS, names, before=before, limit=PAGE + 1)
    shown = [(row, row.event_object()) for row in rows[:PAGE]]
    mentioned = [name for row, _event in shown for name in (row.actor, row.subject)]
    called = _names(mentioned, (event for _row, event in shown))
    told = [
        Told(
            seq=row.seq,
            at=row.at,
            who=called.get(row.actor, _("The system") if row.actor == "system" else row.actor),
            what=str(SENTENCES[type(event)]),
            whom=called.get(row.subject, row.subject),
            more=_more(event, called),
        )
        for row, event in shown
    ]
    return told, (rows[PAGE - 1].seq if len(rows) > PAGE else None)


def _more(event: Event, called: dict[str, str]) -> str:
    match event:
        case (
            events.MemberAdded(unit=unit, role=role) | events.MembershipEnded(unit=unit, role=role)
        ):
            label = Role(role).label if role in Role.values else role
            return f"{label} · {called.get(f'unit:{unit}', unit)}"
        case events.SecondFactorReset(reason=reason):
            return reason
    return ""


def _names(references: Iterable[str], recorded: Iterable[Event]) -> dict[str, str]:
    wanted: dict[str, set[int]] = {"user": set(), "unit": set()}
    for reference in references:
        kind, _colon, pk = reference.partition(":")
        if kind in wanted and pk.isdecimal():
            wanted[kind].add(int(pk))
    wanted["unit"] |= {
        event.unit
        for event in recorded
        if isinstance(event, events.MemberAdded | events.MembershipEnded)
    }
    users = User.objects.filter(pk__in=wanted["user"]).values_list("pk", "name")
    units = Unit.objects.filter(pk__in=wanted["unit"]).values_list("pk", "name")
    return {f"user:{pk}": name for pk, name in users} | {f"unit:{pk}": name for pk, name in units}
