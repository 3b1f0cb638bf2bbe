"""Dates and spans read as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from lianxin.kernel import clock
from lianxin.ui import moments

# Working days come from the calendar, which is read from the database now and then.
pytestmark = pytest.mark.django_db

# Thursday 3 December 2026, 10:00 in Shanghai.
NOW = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)


def shanghai(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("due", "unit", "hans", "english"),
    [
        (shanghai(3, 10, 25), "h", "还剩 25 分钟", "25 minutes left"),
        (shanghai(3, 13), "h", "还剩 3 小时", "3 hours left"),
        (shanghai(7, 23, 59), "wd", "还剩 2 个工作日", "2 working days left"),
        (shanghai(3, 23, 59), "wd", "今天到期", "due today"),
        (shanghai(5, 23, 59), "d", "还剩 2 天", "2 days left"),
        (shanghai(2, 9), "wd", "逾期 1 天", "1 day overdue"),
        (shanghai(3, 9, 59), "h", "逾期 1 分钟", "1 minute overdue"),
        (shanghai(30, 12), "", "还剩 27 天", "27 days left"),
    ],
)
def test_time_left_is_said_in_its_own_unit(
    due: datetime, unit: str, hans: str, english: str
) -> None:
    with clock.at(NOW):
        with override("zh-hans"):
            assert moments.left(due, unit) == hans
        with override("en"):
            assert moments.left(due, unit) == english


def test_a_clock_that_has_stopped_or_pauses_says_so() -> None:
    with override("zh-hans"), clock.at(NOW):
        stopped = SimpleNamespace(due_at=NOW, stopped_at=NOW, outcome="late")
        paused = SimpleNamespace(due_at=NOW, stopped_at=None, paused_at=NOW)
        assert moments.left(stopped) == "完成，但逾期了"
        assert moments.left(paused) == "已暂停计时"
        assert moments.left(None) == ""


def test_dates_carry_the_year_only_when_it_is_another() -> None:
    with clock.at(NOW):
        with override("zh-hans"):
            assert moments.day(date(2026, 12, 3)) == "12月3日 星期四"
            assert moments.day(date(2025, 1, 2)) == "2025年1月2日 星期四"
            assert moments.moment(shanghai(3, 14, 5)) == "12月3日 14:05"
            assert moments.ago(shanghai(2, 14, 5)) == "昨天 14:05"
        with override("zh-hant"):
            assert moments.day(date(2026, 12, 3)) == "12月3日 星期四"
        with override("en"):
            assert moments.day(date(2026, 12, 3)) == "Thu 3 Dec"


def test_a_moment_belongs_to_the_day_it_has_in_shanghai() -> None:
    with clock.at(NOW), override("zh-hans"):
        assert moments.day(datetime(2026, 12, 3, 17, 0, tzinfo=UTC)) == "12月4日 星期五"
