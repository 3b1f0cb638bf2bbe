"""How our mails name themselves, so that answers and returned ones find their thread."""

from __future__ import annotations

import secrets

ABOVE = "—— 请在这条线以上回复 / Please write above this line ——"
"""Stands in our mails above what we say: whatever comes back below it is ours."""


def message_id(address: str) -> str:
    """A new Message-ID that carries the token of `box+token@domain`."""
    local, _at, domain = address.partition("@")
    return f"<lianxin.{local.rpartition('+')[2]}.{secrets.token_hex(8)}@{domain}>"
