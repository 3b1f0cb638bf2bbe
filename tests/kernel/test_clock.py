from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lianxin.kernel import clock


def test_frozen_and_back() -> None:
    moment = datetime(2026, 2, 16, 17, 30, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        # 01:30 the next day in Shanghai
        assert clock.today() == date(2026, 2, 17)
        with clock.at(moment + timedelta(days=1)):
            assert clock.today() == date(2026, 2, 18)
        assert clock.now() == moment
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_shifted_keeps_running() -> None:
    with clock.at(timedelta(days=-30)):
        first = clock.now()
        assert abs(first - (datetime.now(UTC) - timedelta(days=30))) < timedelta(seconds=5)
        assert clock.now() >= first


def test_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError), clock.at(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
