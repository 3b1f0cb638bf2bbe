"""In which words a unit tells residents of news 通知用语."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lianxin import access
from lianxin.notices import wording
from lianxin.notices.wording import LANGUAGES
from lianxin.pages.forms_desk import WordingForm
from lianxin.people import policy
from lianxin.people import queries as people
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest
from lianxin.people.roles import Role
from lianxin.vault import templates
from lianxin.vault.choices import Way

if TYPE_CHECKING:
    from lianxin.people.models import Unit


@access.staff(Role.SYS_ADMIN)
@never_cache
@require_GET
def unit_words(request: StaffRequest, pk: int) -> HttpResponse:
    """What goes out for the cases of a unit, for each way and language, and whose words it is."""
    unit = _managed(request, pk)
    names = dict(LANGUAGES)
    rows = wording.counting(unit)
    groups = [
        {"code": code, "name": names[code], "rows": [row for row in rows if row.language == code]}
        for code, _name in LANGUAGES
    ]
    return render(request, "pages/desk/unit_words.html", {"unit": unit, "groups": groups})


@access.staff(Role.SYS_ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unit_word(request: StaffRequest, pk: int, language: str, way: str) -> HttpResponse:
    """Word one of them: look first, then save what was looked at."""
    unit = _managed(request, pk)
    if language not in dict(LANGUAGES) or way not in wording.WAYS:
        raise Http404
    by = Way(way)
    rows = wording.counting(unit)
    now = next(row for row in rows if (row.language, row.way) == (language, by))

    def keep(text: str) -> None:
        wording.word(unit, text, way=by, language=language, by=request.viewer)

    posted = request.POST if request.method == "POST" else None
    do = posted.get("do", "") if posted is not None else ""
    if do == "drop":
        keep("")
        messages.success(request, _("From now on the words from above go out."))
        return _back(unit)
    form = WordingForm(posted, initial={"text": now.text})
    seen: list[Sequence[str]] = []
    if posted is not None and attempt(
        form,
        lambda data: seen.append(wording.preview(unit, data["text"], way=by, language=language)),
    ):
        text = form.cleaned_data["text"]
        if do == "save" and posted.get("seen") == text:
            keep(text)
            messages.success(request, _("From now on these words go out."))
            return _back(unit)
    shown = [(text, templates.parts(text)) for texts in seen for text in texts]
    context = {
        "unit": unit,
        "now": now,
        "language": dict(LANGUAGES)[language],
        "code": language,
        "form": form,
        "shown": shown,
        "sms": by == Way.SMS,
    }
    return render(request, "pages/desk/unit_word.html", context)


def _managed(request: StaffRequest, pk: int) -> Unit:
    """A unit this administrator manages; anything else is not found."""
    unit = people.unit(pk)
    if unit is None or not policy.may_manage_unit(request.viewer, unit.path):
        raise Http404
    return unit


def _back(unit: Unit) -> HttpResponse:
    response = redirect("unit_words", unit.pk)
    response.status_code = 303
    return response
