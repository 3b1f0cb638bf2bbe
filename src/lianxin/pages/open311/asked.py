"""What a request asks for: read, and each thing that is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from lianxin.intake.channels.open311.wire import Fault
from lianxin.kernel import clock
from lianxin.kernel.ids import parse_number

SPAN = timedelta(days=90)
MOST = 1_000
"""The limits of the specification: 90 days or 1,000 requests, whichever is smaller."""
STATUSES = {"open": True, "closed": False}
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Asked:
    """Which requests: by number, which overrides the rest, or by date, category and state."""

    numbers: list[str] | None
    codes: list[str] | None
    since: datetime
    until: datetime
    open_: bool | None
    limit: int
    skip: int


def asked(query: Mapping[str, str]) -> Asked:
    """Read what a list is asked for. An empty value is the same as none. Raises Fault."""
    faults: list[str] = []
    since = _moment(query, "start_date", faults)
    until = _moment(query, "end_date", faults)
    size = _count(query, "page_size", MOST, MOST, faults)
    page = _count(query, "page", 1, LAST_PAGE, faults)
    statuses = [part.lower() for part in _parts(query, "status")]
    if set(statuses) - STATUSES.keys():
        faults.append(_("%(name)s must be one of: %(values)s.")
                      % {"name": "status", "values": "open, closed"})  # fmt: skip
    if since and until and not timedelta() <= until - since <= SPAN:
        faults.append(_("end_date must lie after start_date, by 90 days at most."))
    if faults:
        raise Fault(400, faults)
    if until is None:
        until = min(since + SPAN, clock.now()) if since else clock.now()
    if since is None:
        since = until - SPAN
    numbers = _parts(query, "service_request_id")
    codes = _parts(query, "service_code")
    return Asked(
        numbers=[found for part in numbers if (found := parse_number(part))] if numbers else None,
        codes=codes or None,
        since=since,
        until=until,
        open_=STATUSES[statuses[0]] if len(set(statuses)) == 1 else None,
        limit=size,
        skip=(page - 1) * size,
    )


def _parts(query: Mapping[str, str], name: str) -> list[str]:
    found = [part.strip() for part in query.get(name, "").split(",")]
    return [part for part in found if part][:MOST]


def _moment(query: Mapping[str, str], name: str, faults: list[str]) -> datetime | None:
    # A plus that was not encoded arrives as a space.
    text = query.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    moment = read_moment(text)
    if moment is None:
        faults.append(_("%(name)s must be a date and time like 2026-01-31T08:15:30Z.")
                      % {"name": name})  # fmt: skip
    return moment


def read_moment(text: str) -> datetime | None:
    """A date, or a date and time, as W3C's note writes it; without an offset it is ours."""
    try:
        found = datetime.fromisoformat(text) if 10 <= len(text) <= 35 else None
        if found is not None and found.tzinfo is None:
            found = found.replace(tzinfo=clock.SHANGHAI)
        # What lies at the ends of the calendar cannot be told in another zone.
        return found if found is not None and 1900 <= found.year <= 9000 else None
    except (ValueError, OverflowError):
        return None


def _count(query: Mapping[str, str], name: str, default: int, most: int, faults: list[str]) -> int:
    text = query.get(name, "").strip()
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 1:
        faults.append(_("%(name)s must be a whole number from 1 on.") % {"name": name})
    return min(number, most)
