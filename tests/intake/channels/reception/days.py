"""Reception days for the tests."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from lianxin.access import ANONYMOUS
from lianxin.intake.channels.reception import actions
from lianxin.intake.channels.reception.actions import DayFacts
from lianxin.intake.models import ReceptionDay, Turn
from lianxin.kernel import clock
from tests.cast import Cast


def published(cast: Cast, *, days: float = 3, **changes: Any) -> ReceptionDay:
    """A day that stands in the calendar."""
    begins = (clock.now() + timedelta(days=days)).replace(microsecond=0)
    facts: dict[str, Any] = {
        "unit_id": cast.desk.pk, "leader": "欧阳建国", "post": "副县长", "portfolio": "水利、交通",
        "place": "信访局一楼接访室", "starts_at": begins, "ends_at": begins + timedelta(hours=3),
        "places": 2,
    }  # fmt: skip
    by = cast.viewer(cast.dispatcher)
    return actions.publish(DayFacts(**facts | changes), unit_path=cast.desk.path, by=by)


def booked(day: ReceptionDay, **changes: Any) -> Turn:
    """A turn that somebody booked."""
    said: dict[str, Any] = {
        "key": str(uuid.uuid4()),
        "way": "",
        "contact": {},
        "language": "zh-hans",
    }
    return actions.book(day, **said | changes, by=ANONYMOUS)


def begun(day: ReceptionDay) -> None:
    """It is now."""
    ReceptionDay.objects.filter(pk=day.pk).update(
        starts_at=clock.now() - timedelta(hours=1), ends_at=clock.now() + timedelta(hours=2)
    )
    day.refresh_from_db()
