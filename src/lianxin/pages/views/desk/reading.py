"""Pages to read: one's own messages, the limits of every preset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
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
from lianxin.ui.look import PRODUCT

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


@access.staff()
@never_cache
@require_GET
def bell(request: StaffRequest) -> JsonResponse:
    """Whether there is news, for the browser to tell: how many, and nothing of what.

    JSON: `newest`, the moment to ask with the next time as `after`; `count`; `title` and `text`
    to show; `page` to lead to.
    """
    newest, n = notices.news(request.viewer, _moment(request.GET.get("after", "")))
    text = ngettext("%(n)d new message", "%(n)d new messages", n) % {"n": n}
    told = {
        "newest": newest.isoformat() if newest else "",
        "title": str(PRODUCT),
        "count": n,
        "text": text,
        "page": reverse("digest"),
    }
    return JsonResponse(told)


def _position(typed: str) -> notices.Position | None:
    """Where a page of messages ends; None, the first page, for anything that is no position."""
    shown, _at, moment = typed.partition("@")
    found = _moment(moment)
    if found is None or not (shown.isascii() and shown.isdecimal()):
        return None
    return found, min(int(shown[:6]), MOST_SKIPPED)


def _moment(typed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


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
