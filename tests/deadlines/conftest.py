from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _fresh_calendar() -> Iterator[None]:
    """A test is rolled back; the calendar this process read in it must not outlive it."""
    # Models can be imported only once the settings of the run stand.
    from lianxin.deadlines import queries

    queries.forget_calendar()
    yield
    queries.forget_calendar()
