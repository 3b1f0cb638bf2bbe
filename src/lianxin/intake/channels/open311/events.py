"""What is written to the journal about other systems."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class ClientKeyMade(Event):
    """Another system got a key with which it may file concerns (Open311)."""

    name: ClassVar[str] = "intake.client_key_made"


@register
class ClientKeyRevoked(Event):
    """The key of another system was revoked; what it filed stays."""

    name: ClassVar[str] = "intake.client_key_revoked"
