"""The one source of the present moment, so that tests and the demo can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_set: ContextVar[datetime | timedelta | None] = ContextVar("lianxin_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    setting = _set.get()
    if isinstance(setting, datetime):
        return setting
    real = datetime.now(UTC)
    return real if setting is None else real + setting


def today() -> date:
    """The present date in Shanghai, the only civil date the product knows."""
    return now().astimezone(SHANGHAI).date()


@contextmanager
def at(moment: datetime | timedelta) -> Iterator[None]:
    """Inside the block, `now()` stands still at `moment`, or runs on shifted by it.

    An aware datetime freezes the clock. A timedelta shifts the real clock and lets it run.
    Bound to the current thread or task, so other requests are not touched. Raises ValueError
    for a datetime without a time zone.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = moment.astimezone(UTC)
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
