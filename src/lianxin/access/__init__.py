"""Who may do and see what: one place for the answer.

A policy answers :class:`Allowed` or :class:`Denied`; an action calls :func:`require`; a query goes
through :func:`scope`; a URL declares :func:`public`, :func:`resident`, :func:`person`,
:func:`staff` or :func:`signed`.
"""

from __future__ import annotations

from lianxin.access.answers import Allowed, Answer, Denied, Refused, require
from lianxin.access.hooks import signed
from lianxin.access.proof import Proof
from lianxin.access.rules import declare, person, public, resident, staff
from lianxin.access.scopes import get_or_404, scope, scoping
from lianxin.access.viewer import ANONYMOUS, SYSTEM, Grant, Viewer

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Allowed",
    "Answer",
    "Denied",
    "Grant",
    "Proof",
    "Refused",
    "Viewer",
    "declare",
    "get_or_404",
    "person",
    "public",
    "require",
    "resident",
    "scope",
    "scoping",
    "signed",
    "staff",
]
