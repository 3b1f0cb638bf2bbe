"""System checks of this module."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError

from lianxin.deadlines import queries
from lianxin.kernel import clock

AHEAD = timedelta(days=90)


def the_calendar_reaches_far_enough(
    app_configs: Any,  # noqa: ARG001 - the form Django calls
    databases: Sequence[str] | None = None,
    **kwargs: Any,  # noqa: ARG001
) -> list[CheckMessage]:
    """deadlines.W001: a year within the next 90 days has no holiday table (L21 art 203)."""
    if not databases:
        return []
    today = clock.today()
    try:
        missing = queries.missing_years(today, today + AHEAD)
    except DatabaseError:  # the tables are not there before the first migrate
        return []
    return [
        Warning(
            f"No holidays are known for {year}; every Monday to Friday counts as a working day.",
            hint="Enter the State Council's holiday arrangement for that year in the calendar.",
            id="deadlines.W001",
        )
        for year in missing
    ]
