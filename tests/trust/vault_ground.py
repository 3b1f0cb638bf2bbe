"""Two cases on which the vault is attacked, and what an attacker of a web process can write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from lianxin.access import Viewer
from lianxin.deadlines.actions import load_presets
from lianxin.journal import actions as journal
from lianxin.kernel import clock
from lianxin.people.models import Membership
from lianxin.vault import actions
from lianxin.vault.doors import door
from lianxin.vault.events import Revealed
from lianxin.vault.models import Request
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

REASON = "需要当面核实当天在场人员的姓名和时间"
PERSON = {"name": "王桂兰", "phone": "13812345678"}
NAMES = ("case:0{}", "case:00{}", "case:000{}")
"""Names of a case that are not its own."""


@dataclass
class Ground:
    """A routine case in the handler's hands, and one told in confidence at the desk."""

    cast: Cast
    routine: Walk
    closed: Walk

    def by(self, name: str) -> Viewer:
        return self.cast.viewer(getattr(self.cast, name))


def ground(cast: Cast) -> Ground:
    """Both cases, through the actions users take."""
    load_presets()
    load_sorting()
    # What is granted yesterday is granted by people who were there.
    Membership.objects.update(since=clock.today() - timedelta(days=9))
    routine = begin(cast, identity="named", contact=PERSON)
    routine.until("handling")
    closed = begin(cast, identity="confidential", contact=PERSON)
    closed.until("handling")
    return Ground(cast, routine, closed)


def record(
    on: Walk, by: str, request: int | None = None, name: str = "case:{}", **changes: Any
) -> int:
    """A committed record, as a web process that was taken over can write one."""
    event = Revealed(**{"purpose": "x" * 9, "fields": ("phone",), "request": request} | changes)
    with transaction.atomic():
        actor = on.viewer(by).actor
        return journal.record(event, subject=name.format(on.case.pk), by=actor).seq


def shown(seq: int) -> bool:
    """Whether the vault gave the number away."""
    return PERSON["phone"] in door().show(seq).values()


def granted(on: Ground, *, second: str = "supervisor", yes: bool = True) -> Request:
    """A request by the clerk, answered."""
    asked = actions.ask(
        on.closed.case.subject, fields=["phone"], purpose="verify", reason=REASON, by=on.by("clerk")
    )
    return actions.decide(asked.pk, granted=yes, why="已核对案情", by=on.by(second))
