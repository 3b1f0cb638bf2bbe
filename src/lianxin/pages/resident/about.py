"""What the page about us says: limits and grounds from the data, not from a text that ages."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lianxin.intake.timetable import rules_in_force
from lianxin.kernel.workdays import Span, Unit
from lianxin.people import queries as people
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import GroundMove

LIMITS = ("triage", "contact", "ruling", "reopen_window")
LEVELS = ("critical", "utility", "enquiry", "ordinary", "complex")
KEPT = 60


def about_facts() -> dict[str, Any]:
    """Limits in force, the grounds for another way, the telephone; a minute old at most."""
    key = f"pages.about.{get_language()}"
    found: dict[str, Any] | None = caches["local"].get(key)
    if found is None:
        rules = rules_in_force()
        spans = {name: rules.span(name) for name in LIMITS} if rules else {}
        known = [name for name in LEVELS if name in {*rules.levels(), "ordinary"}] if rules else []
        levels = [(level, rules.span("handling", level)) for level in known] if rules else []
        moves = (GroundMove.REFER_OUT, GroundMove.NOT_ACCEPT, GroundMove.SEAL)
        found = {
            "rules": rules.title if rules else "",
            "limits": {name: in_words(span) for name, span in spans.items() if span},
            "levels": [(level, in_words(span)) for level, span in levels if span],
            "grounds": [row.label for row in sorting.grounds(*moves)],
            "phone": people.public_phone(),
        }
        caches["local"].set(key, found, KEPT)
    return found


def in_words(span: Span) -> str:
    """「4 个工作小时」, 「5 个工作日」; nothing at all is at once."""
    n = span.value
    if n == 0:
        return _("at once")
    texts = {
        Unit.SECOND: ngettext("%(n)d second", "%(n)d seconds", n),
        Unit.MINUTE: ngettext("%(n)d minute", "%(n)d minutes", n),
        Unit.HOUR: ngettext("%(n)d hour", "%(n)d hours", n),
        Unit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", n),
        Unit.WORKING_DAY: ngettext("%(n)d working day", "%(n)d working days", n),
        Unit.DAY: ngettext("%(n)d day", "%(n)d days", n),
    }
    return texts[span.unit] % {"n": n}
