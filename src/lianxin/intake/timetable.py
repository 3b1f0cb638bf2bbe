"""What happens after sending, with real dates, before anybody has touched the concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.deadlines import queries as deadlines
from lianxin.deadlines.policies import Rules
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.kernel.workdays import add
from lianxin.ui import moments


@dataclass(frozen=True)
class Step:
    """One step: what will happen, by when (None: no date), and a word beside it."""

    text: str
    by: datetime | None = None
    note: str = ""

    @property
    def when(self) -> str:
        """The date as people say it."""
        return by_day(self.by) if self.by else ""


def by_day(due: datetime) -> str:
    """「今天 18:00 前」, 「最晚明天」, 「最晚 12月3日 星期四」; the hour only when it is near."""
    local = due.astimezone(clock.SHANGHAI)
    whole = (local.hour, local.minute) >= (23, 59)
    if local.date() == clock.today():
        if whole:
            return pgettext("limit", "today")
        return pgettext("limit", "today by %(time)s") % {"time": f"{local:%H:%M}"}
    if local.date() == clock.today() + timedelta(days=1):
        if whole:
            return pgettext("limit", "by tomorrow evening")
        return pgettext("limit", "tomorrow by %(time)s") % {"time": f"{local:%H:%M}"}
    return pgettext("limit", "by %(day)s") % {"day": moments.day(due)}


def rules_in_force() -> Rules | None:
    """The limits of this place; None when it names some that do not exist: a receipt for what is
    already filed must not fail over that."""
    try:
        return deadlines.rules(settings.LIANXIN_POLICY)
    except Problem:
        return None


def steps(received: datetime, *, reachable: bool, theirs: bool = False) -> list[Step]:
    """From sorting to the resident's judgement, by the limits in force.

    A limit the preset does not set has no date. ``reachable``: whether a number was left.
    ``theirs``: told to somebody who wrote for the person.
    """
    rules = rules_in_force()
    days = deadlines.calendar()

    def after(start: datetime, name: str) -> datetime | None:
        span = rules.span(name) if rules else None
        return add(start, span, days) if span else None

    sorted_by = after(received, "triage")
    given = sorted_by or received
    signed = after(given, "sign") if rules and rules.handling_starts != "dispatch" else None
    found = [Step(_("It is given to the office responsible"), sorted_by)]
    if reachable:
        text = (
            _("Somebody from that office contacts them")
            if theirs
            else _("Somebody from that office contacts you")
        )
        found.append(Step(text, after(given, "contact")))
    replied = after(signed or given, "handling")
    if theirs:
        longer = _("If it needs longer, they are told the reason and the new date first.")
        found.append(Step(_("They get a reply"), replied, longer))
        return [*found, Step(_("They judge: is it solved, are they satisfied?"))]
    longer = _("If it needs longer, you are told the reason and the new date first.")
    found.append(Step(_("You get a reply"), replied, longer))
    return [*found, Step(_("You judge: is it solved, are you satisfied?"))]
