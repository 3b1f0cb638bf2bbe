"""Who keeps the programs that may call. Pure of requests."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.people.roles import Role

KEEPER = Role.SEC_ADMIN
"""Gives rights and can sign in as nobody: of a token for a person they see nothing."""


def may_keep(viewer: Viewer, paths: Iterable[str], *, tops: Iterable[str] = ()) -> Answer:
    """May let a program call, or end it; ``paths``: where its person holds roles.

    One without a person files for the whole place, and whoever renews it holds its token: at one of
    the ``tops``, the units above which there is none.
    """
    if not viewer.has(KEEPER):
        return Denied(_("Only the security administrator lets programs call."))
    above = list(tops)
    if above and not any(viewer.covers(KEEPER, top) for top in above):
        return Denied(
            _("A program that acts for nobody is kept by the administrator of the whole place.")
        )
    if not all(viewer.covers(KEEPER, path) for path in paths):
        return Denied(_("This person also works in a unit that you do not administer."))
    return Allowed()
