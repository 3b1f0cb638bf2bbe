"""Dates as people and Excel write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from lianxin.kernel import words
from lianxin.kernel.clock import SHANGHAI

_DATE = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))"
    r"(?:[ T]*(\d{1,2})[:时点](\d{1,2})分?(?::?(\d{1,2})秒?)?(?:\.\d+)?)?"
    r"(Z|[+-]\d\d:?\d\d)?\Z",
    re.ASCII,
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?\Z", re.ASCII)
_EXCEL_BEGINS = datetime(1899, 12, 30, tzinfo=SHANGHAI)


def read_moment(text: str) -> datetime | None:
    """A date with or without the time of day, year first; Shanghai time. None when it is none.

    `2019/2/28 11:25:05`, `2019年2月28日`, `20190228`, an ISO moment with its zone, and the day
    numbers that Excel leaves behind when a column loses its format.
    """
    plain = words.fold(text).upper()
    found = _DATE.match(plain)
    try:
        if found is None:
            if not _SERIAL.match(plain):
                return None
            day = _EXCEL_BEGINS + timedelta(days=round(float(plain), 6))
            return day.replace(microsecond=0)
        year, month, date, month2, date2, hour, minute, second, zone = found.groups()
        offset: tzinfo | None = SHANGHAI
        if zone:
            offset = datetime.fromisoformat(f"2000-01-01T00:00{zone}").tzinfo
        return datetime(
            int(year), int(month or month2), int(date or date2),
            int(hour or 0), int(minute or 0), int(second or 0), tzinfo=offset,
        )  # fmt: skip
    except (ValueError, OverflowError):
        return None
