"""Who works at the hotline, and who may reach a caller."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.people import queries as people
from lianxin.people.roles import Role

CLERKS = (Role.INTAKE_CLERK, Role.DISPATCHER)
"""They answer calls, where their desk is that of the hotline."""


def answers_calls(viewer: Viewer) -> bool:
    """Whether somebody takes calls down at the desk that sorts what comes from nowhere else."""
    desk = people.unit(people.desks().get(None, 0))
    return bool(desk and viewer.covers(CLERKS, desk.path))


def may_answer(viewer: Viewer) -> Answer:
    """The same, with what is said to somebody who may not."""
    if answers_calls(viewer):
        return Allowed()
    return Denied(_("Only the desk of the hotline does this."))
