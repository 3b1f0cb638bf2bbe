"""Reading what a telephone system tells (docs/how/connect-a-hotline.md)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from lianxin.intake.channels.call.actions import Told, What
from lianxin.kernel import clock, words

AHEAD, OLDEST = timedelta(minutes=5), timedelta(days=7)
"""How far the clock of a telephone system may be ahead, and how late it may tell."""


class Unreadable(Exception):  # noqa: N818 - reads as what happened
    """What was told is not as the document says; the text says what, for whoever connects it."""


def read(body: bytes) -> Told:
    """What is told in a body; what is not known of it is passed over. Raises Unreadable."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Unreadable("the body is not JSON") from fault
    if not isinstance(told, dict):
        raise Unreadable("the body is not an object")
    try:
        what = What(_text(told, "event", 20))
    except ValueError as fault:
        raise Unreadable(f"event: one of {', '.join(What)}") from fault
    ref = _text(told, "call", 80)
    if not ref:
        raise Unreadable("call: missing")
    return Told(
        what=what,
        ref=ref,
        at=_moment(told),
        number=_text(told, "number", 40),
        clerk=_text(told, "clerk", 150),
    )


def _text(told: dict[str, Any], name: str, most: int) -> str:
    value = told.get(name, "")
    text = words.clean(value) if isinstance(value, str) else None
    if text is None or len(text) > most:
        raise Unreadable(f"{name}: a text of at most {most} characters")
    return text


def _moment(told: dict[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(_text(told, "at", 40))
        if at.tzinfo is None:
            raise ValueError
        now, at = clock.now(), at.astimezone(clock.SHANGHAI)
    except (ValueError, OverflowError) as fault:
        raise Unreadable("at: like 2026-01-31T08:00:00+08:00, with its zone") from fault
    if not now - OLDEST <= at <= now + AHEAD:
        raise Unreadable("at: lies ahead, or more than seven days back")
    return min(at, now)
