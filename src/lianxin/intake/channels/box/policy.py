"""Who looks after a box."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.intake.policy import TAKE_DOWN
from lianxin.people.roles import Role

OPENERS = TAKE_DOWN
"""They open boxes, type in letters, print posters and slips."""
KEEPERS = (Role.DISPATCHER, Role.COMMUNITY_SECRETARY)
"""They also put boxes up and take them down."""


def may_keep(viewer: Viewer, path: str) -> Answer:
    """Whether somebody may put up or change a box of the unit at this path."""
    if viewer.covers(KEEPERS, path):
        return Allowed()
    return Denied(_("The dispatcher or the community's secretary puts up boxes."))
