"""The request as our views see it."""

from __future__ import annotations

from django.http import HttpRequest

from lianxin.access import Viewer
from lianxin.people.models import User


class PageRequest(HttpRequest):
    """Any request: ``viewer`` is always there, ``access.ANONYMOUS`` for residents."""

    viewer: Viewer


class StaffRequest(PageRequest):
    """A request that passed an ``@access.staff`` rule: somebody is signed in."""

    user: User
