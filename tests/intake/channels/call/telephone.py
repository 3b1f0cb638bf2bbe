"""A telephone system that tells what happens to calls, as the document says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from lianxin.kernel import clock, signatures

SECRET = "between the two of us"


def tell(event: str, call: str, *, at: datetime | None = None, **more: Any) -> Any:
    """Post one event; the response."""
    when = (at or clock.now()).isoformat()
    return send(json.dumps({"event": event, "call": call, "at": when} | more).encode())


def send(body: bytes, *, secret: str = SECRET, headers: dict[str, str] | None = None) -> Any:
    """Post a body as it is."""
    signed = signatures.headers(body, secret) if headers is None else headers
    return Client().post("/hotline/events/", body, content_type="application/json", headers=signed)


def ago(**parts: float) -> datetime:
    """A moment that lies so far back."""
    return clock.now() - timedelta(**parts)
