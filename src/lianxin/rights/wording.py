"""How long something is kept, as people say it."""

from __future__ import annotations

from django.utils.translation import ngettext

YEAR, MONTH = 365, 30
"""Days."""


def span(days: int) -> str:
    """「2 年」, 「6 个月」, 「100 天」."""
    if days % YEAR == 0:
        n = days // YEAR
        return ngettext("%(n)d year", "%(n)d years", n) % {"n": n}
    if days % MONTH == 0:
        n = days // MONTH
        return ngettext("%(n)d month", "%(n)d months", n) % {"n": n}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
