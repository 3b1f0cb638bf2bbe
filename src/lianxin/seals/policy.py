"""Who may hold the key of a unit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.people.roles import Role

RECEIVER = Role.DISCIPLINE_RECEIVER


def may_hold(viewer: Viewer, path: str) -> Answer:
    """Whether the viewer receives, at the unit with this path, what is sealed."""
    if any(grant.path == path for grant in viewer.grants_of(RECEIVER)):
        return Allowed()
    return Denied(_("Only those who receive what is sealed here can do this."))
