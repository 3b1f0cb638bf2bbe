"""What each person, and each unit, owes: numbers and links, never words of a resident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import ngettext

from lianxin.cases import queries
from lianxin.cases.models import IS_OPEN, Case, Conflict, Standing
from lianxin.cases.policy import HELD
from lianxin.cases.states import DESK, State
from lianxin.kernel import clock
from lianxin.notices.sections import Line, Waiting, digest_section, unit_worklist
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.sorting.kinds import Urgency

SOON = timedelta(days=2)
HELD_TOO_LONG = timedelta(days=1)
AT_UNIT = sorted(
    {State.DISPATCHED, State.ACCEPTED, State.HANDLING, State.REWORK, State.REPLY_REVIEW}
)
AT_DESK = sorted({State.SUBMITTED, State.REGISTERED, State.TRIAGE, State.RETURN_REVIEW})


def _overdue(n: int) -> str:
    return ngettext(
        "%(n)s case in your hands is overdue.", "%(n)s cases in your hands are overdue.", n
    ) % {"n": n}


def _soon(n: int) -> str:
    return ngettext(
        "%(n)s case in your hands is due within two days.",
        "%(n)s cases in your hands are due within two days.",
        n,
    ) % {"n": n}


def _leads(n: int) -> str:
    return ngettext(
        "%(n)s case you are responsible for is overdue.",
        "%(n)s cases you are responsible for are overdue.",
        n,
    ) % {"n": n}


def _held(n: int) -> str:
    return ngettext(
        "%(n)s concern that came in a flood waits to be let through.",
        "%(n)s concerns that came in a flood wait to be let through.",
        n,
    ) % {"n": n}


def _receipts(n: int) -> str:
    return ngettext(
        "%(n)s receipt of an outside body is overdue.",
        "%(n)s receipts of outside bodies are overdue.",
        n,
    ) % {"n": n}


# Written in each reader's own language when the e-mail is made.
overdue_line, soon_line, leads_line, held_line, receipts_line = (
    lazy(say, str) for say in (_overdue, _soon, _leads, _held, _receipts)
)


@digest_section("cases.due")
def due(user_ids: Sequence[int]) -> dict[int, list[Line]]:
    """Overdue and due soon: for the handler of a case, and what is late for its leader."""
    now = clock.now()
    late, soon = Q(due_at__lt=now), Q(due_at__gte=now, due_at__lt=now + SOON)
    rows = Case.objects.filter(IS_OPEN, due_at__lt=now + SOON).order_by()
    link = reverse("desk")
    found: dict[int, list[Line]] = {}
    counts = rows.filter(handler__in=user_ids).values("handler")
    for row in counts.annotate(late=Count("pk", filter=late), soon=Count("pk", filter=soon)):
        lines = found.setdefault(row["handler"], [])
        if row["late"]:
            lines.append(Line(overdue_line(row["late"]), f"{link}?tab=mine&light=overdue"))
        if row["soon"]:
            lines.append(Line(soon_line(row["soon"]), f"{link}?tab=mine"))
    led = rows.filter(late, leader__in=user_ids).values_list("leader").annotate(n=Count("pk"))
    for leader, n in led:
        lines = found.setdefault(leader, [])
        lines.append(Line(leads_line(n), f"{link}?tab=all&light=overdue"))
    return found


@digest_section("cases.held")
def held(user_ids: Sequence[int]) -> dict[int, list[Line]]:
    """What was held back, for the desk; after a day for the supervisors over it too."""
    found: dict[int, list[Line]] = {}
    for desk, (n, oldest) in queries.held_at_desks().items():
        unit = people.unit(desk)
        roles = (*DESK, Role.SUPERVISOR) if clock.now() - oldest > HELD_TOO_LONG else DESK
        told = people.viewers_with(unit.path, *roles) if unit else []
        for person in {viewer.user_id for viewer in told} & set(user_ids):
            if person is not None:
                found.setdefault(person, []).append(Line(held_line(n), reverse("held")))
    return found


@digest_section("cases.receipts")
def receipts(user_ids: Sequence[int]) -> dict[int, list[Line]]:
    """Outside bodies that should have confirmed by now, for the desk that handed over."""
    rows = queries.receipts_overdue().order_by().values("case__desk_unit__path")
    found: dict[int, list[Line]] = {}
    for row in rows.annotate(n=Count("pk")):
        told = people.viewers_with(row["case__desk_unit__path"], *DESK)
        for person in {viewer.user_id for viewer in told} & set(user_ids):
            if person is not None:
                link = f"{reverse('desk')}?tab=todo&light=receipt"
                found.setdefault(person, []).append(Line(receipts_line(row["n"]), link))
    return found


@unit_worklist
def waiting(unit_ids: Sequence[int]) -> dict[int, Waiting]:
    """What a unit has to do, and what its desk has to sort, for the duty chat. Two queries.

    Who reads along there is known to nobody, so it counts only what nobody at all is kept from:
    nothing held or sealed, and no case that any conflict keeps from anybody.
    """
    free = Case.objects.filter(IS_OPEN).exclude(HELD).exclude(Exists(_keeping(OuterRef("pk"))))
    danger = Q(urgency=Urgency.CRITICAL, state=State.DISPATCHED)
    led = free.filter(lead_unit__in=unit_ids, state__in=AT_UNIT).order_by().values("lead_unit")
    found = {
        row["lead_unit"]: Waiting(row["n"], row["newest"])
        for row in led.annotate(n=Count("pk"), newest=Max("moved_at", filter=danger))
    }
    sorted_at = free.filter(desk_unit__in=unit_ids, state__in=AT_DESK).order_by()
    for desk, n in sorted_at.values_list("desk_unit").annotate(n=Count("pk")):
        here = found.get(desk, Waiting(0))
        found[desk] = Waiting(here.count + n, here.urgent)
    return found


def _keeping(case: OuterRef) -> QuerySet[Conflict]:
    return Conflict.objects.filter(case=case).exclude(standing=Standing.LIFTED)
