"""What is written to the journal about programs."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class ApiTokenMade(Event):
    """A program got a token for these scopes (API); ``user``: in whose name it acts at the desk.

    ``until``: its last day as YYYY-MM-DD; empty: none.
    """

    name: ClassVar[str] = "intake.api_token_made"
    scopes: str
    user: int | None = None
    until: str = ""


@register
class ApiTokenRenewed(Event):
    """A program got a new token in place of its old one; it stays the same program.

    ``until``: its last day as YYYY-MM-DD; empty: none.
    """

    name: ClassVar[str] = "intake.api_token_renewed"
    until: str = ""


@register
class ApiTokenRevoked(Event):
    """The token of a program was revoked; what it did stays."""

    name: ClassVar[str] = "intake.api_token_revoked"


@register
class ApiHookSet(Event):
    """A program is told at an address of its own that something moved (webhook)."""

    name: ClassVar[str] = "intake.api_hook_set"


@register
class ApiHookDropped(Event):
    """A program is told nothing more."""

    name: ClassVar[str] = "intake.api_hook_dropped"
