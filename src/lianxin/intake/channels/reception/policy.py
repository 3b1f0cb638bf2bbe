"""Who runs reception days."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.intake.policy import TAKE_DOWN
from lianxin.people.roles import Role

RUNNERS = TAKE_DOWN
"""They call people in, take down what is said, give turns to whoever comes."""
PUBLISHERS = (Role.DISPATCHER, Role.COMMUNITY_SECRETARY)
"""They also put days into the calendar, move them and call them off."""


def may_publish(viewer: Viewer, path: str) -> Answer:
    """Whether somebody may publish or change a day of the unit at this path."""
    if viewer.covers(PUBLISHERS, path):
        return Allowed()
    return Denied(_("The dispatcher or the community's secretary keeps the calendar."))


def may_run(viewer: Viewer, path: str) -> Answer:
    """Whether somebody may work at a day of the unit at this path."""
    if viewer.covers(RUNNERS, path):
        return Allowed()
    return Denied(_("Only the desk of this unit does this."))
