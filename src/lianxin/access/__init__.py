"""Who may do and see what: one place for the answer.

A policy answers :class:`Allowed` or :class:`Denied`; an action calls :func:`require`; a query goes
through :func:`scope`; a URL declares :func:`public`, :func:`resident` or :func:`staff`.
"""

from __future__ import annotations

from lianxin.access.answers import Allowed, Answer, Denied, Refused, require
from lianxin.access.rules import declare, public, resident, staff
from lianxin.access.scopes import get_or_404, scope, scoping
from lianxin.access.viewer import ANONYMOUS, SYSTEM, Grant, Viewer

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Allowed",
    "Answer",
    "Denied",
    "Grant",
    "Refused",
    "Viewer",
    "declare",
    "get_or_404",
    "public",
    "require",
    "resident",
    "scope",
    "scoping",
    "staff",
]
