"""Pages to read: one's own messages, the limits of every preset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lianxin import access
from lianxin.deadlines import queries as clocks
from lianxin.deadlines.rules import Rules
from lianxin.kernel.workdays import Span
from lianxin.notices import queries as notices
from lianxin.pages.wording import BASIS, CLOCKS, LEVELS
from lianxin.people.http import StaffRequest

MOST_SKIPPED = 1_000
"""Messages of one moment that a position may pass over."""


@access.staff()
@never_cache
@require_GET
def digest(request: StaffRequest) -> HttpResponse:
    """What one was told, the newest first."""
    before = _position(request.GET.get("before", ""))
    found = notices.inbox(request.viewer, before=before)
    older = ""
    if len(found) == notices.PAGE:
        moment, shown = notices.position_after(found, before)
        older = f"{shown}@{moment.isoformat()}"
    return render(request, "pages/desk/digest.html", {"found": found, "older": older})


def _position(typed: str) -> notices.Position | None:
    """Where a page of messages ends; None, the first page, for anything that is no position."""
    shown, _at, moment = typed.partition("@")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if found.tzinfo is None or not (shown.isascii() and shown.isdecimal()):
        return None
    return found, min(int(shown[:6]), MOST_SKIPPED)


@access.staff()
@require_GET
def limits(request: StaffRequest) -> HttpResponse:
    """Every preset with its limits and where each comes from."""
    presets = [_preset(clocks.rules_by_id(row.pk), row.note) for row in clocks.policies()]
    return render(request, "pages/desk/limits.html", {"presets": presets})


def _preset(rules: Rules, note: str) -> dict[str, Any]:
    lines = []
    for name, span in rules.spans.items():
        kind, _dot, level = name.partition(".")
        if kind == "handling":
            label: Any = f"{CLOCKS['handling']} · {LEVELS.get(level, level)}"
        elif kind in CLOCKS:
            label = CLOCKS[kind]
        else:
            continue
        basis = rules.basis(*(("handling", level) if kind == "handling" else (name,)))
        lines.append(
            {
                "label": label,
                "span": span_words(span),
                "basis": BASIS.get(basis.kind, basis.kind) if basis else "",
                "source": basis.source if basis else "",
                "note": basis.note if basis else "",
            }
        )
    return {"rules": rules, "note": note, "lines": lines}


def span_words(span: Span) -> str:
    """A span as people say it."""
    words = {
        "s": ngettext("%(n)d second", "%(n)d seconds", span.value),
        "min": ngettext("%(n)d minute", "%(n)d minutes", span.value),
        "h": ngettext("%(n)d hour", "%(n)d hours", span.value),
        "wh": ngettext("%(n)d working hour", "%(n)d working hours", span.value),
        "wd": ngettext("%(n)d working day", "%(n)d working days", span.value),
        "d": ngettext("%(n)d day", "%(n)d days", span.value),
    }
    return words[str(span.unit.value)] % {"n": span.value}
