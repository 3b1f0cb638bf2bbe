"""When the database is away or the disk is full: a page that says so and keeps what was typed.

Nothing is acknowledged here: the request failed before anything could be promised.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import defaults

from lianxin.pages.api import problems
from lianxin.pages.api.problems import Refusal

AWAY, FULL = 503, 507
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
DISK_FULL = "53100"
"""PostgreSQL's code for it."""
RETRY_AFTER = 60
"""Seconds."""


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to an exception nobody caught: 503 or 507 for what passes by itself, else 500."""
    status = reason(sys.exc_info()[1])
    if request.path.startswith(problems.PREFIX):
        return _for_a_program(request, status or 500)
    if status is None:
        return defaults.server_error(request)
    context = {"typed": typed(request), "words": "", "had_files": False, "sent": False}
    if request.method == "POST":
        context |= {
            "sent": True,
            "words": request.POST.get("words", ""),
            "had_files": bool(request.FILES),
        }
    with translation.override(translation.get_language_from_request(request)):
        page = render_to_string("503.html", context, request=request)
    response = HttpResponse(page, status=status)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _for_a_program(request: HttpRequest, status: int) -> HttpResponse:
    """The same as problem details."""
    waits = {} if status == 500 else {"Retry-After": str(RETRY_AFTER)}
    with translation.override(translation.get_language_from_request(request)):
        text = _("This did not work, and nothing was kept. Please try again later.")
        return problems.answer(Refusal(status, text, headers=waits))


def reason(error: BaseException | None) -> int | None:
    """507 for a full disk, 503 for a database that is away or busy, None for a fault of ours."""
    for one in _causes(error):
        if isinstance(one, OSError) and one.errno in NO_ROOM:
            return FULL
        if getattr(one, "sqlstate", None) == DISK_FULL:
            return FULL
        if isinstance(one, OperationalError | InterfaceError):
            text = str(one).lower()
            # SQLite says it of a table too: then the program and its tables do not fit together.
            if text.startswith("no such"):
                return None
            if "disk is full" in text:
                return FULL
    known = (isinstance(one, OperationalError | InterfaceError) for one in _causes(error))
    return AWAY if any(known) else None


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form brought, to be sent again by one press; nothing when a password is among it."""
    if request.method != "POST" or any("password" in name for name in request.POST):
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
