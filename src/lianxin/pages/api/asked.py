"""Who asks: by a token, or by the query code of one concern; and under which key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake import queries as intake
from lianxin.intake import slowing, work
from lianxin.intake.channels.api import queries
from lianxin.intake.channels.api.choices import Scope
from lianxin.kernel.ids import parse_code, parse_number
from lianxin.pages.api.problems import Refusal
from lianxin.people import queries as people

if TYPE_CHECKING:
    from lianxin.intake.models import ApiClient, Concern

CODE, NUMBER, KEY = "Query-Code", "Receipt-Number", "Idempotency-Key"
WAIT = "Wait-Ticket"
CHALLENGE = {"WWW-Authenticate": "Bearer"}


def client_of(request: HttpRequest, scope: Scope) -> ApiClient | None:
    """The program whose token came; None: none came. Raises Refusal: 401, or 403 for the scope."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    client = queries.client_with(token.strip()) if scheme.lower() == "bearer" else None
    if client is None:
        raise Refusal(401, _("This token is not known here."), headers=CHALLENGE)
    if scope not in client.scopes.split():
        raise Refusal(
            403,
            _("This token was not made for that: it needs the scope %(scope)s.")
            % {"scope": scope.value},
            "scope",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
        )
    return client


@dataclass(frozen=True)
class Caller:
    """A program at the desk, and the person in whose name it acts with the roles of today."""

    client: ApiClient
    viewer: Viewer


def staff(request: HttpRequest, scope: Scope) -> Caller:
    """Raises Refusal: 401 without a token or when its person may not sign in any more."""
    client = client_of(request, scope)
    viewer = people.viewer_of(client.user_id) if client and client.user_id else None
    if client is None or viewer is None or not viewer.signed_in:
        raise Refusal(401, _("A token of a person at the desk is needed."), headers=CHALLENGE)
    return Caller(client, viewer)


def concern_of(request: HttpRequest) -> Concern:
    """The concern that the code in the headers opens.

    Raises Refusal: 401, in the same words whatever is wrong with it; 429 while very many wrong
    codes are being tried, with a ticket that opens after ten seconds.
    """
    typed = request.headers.get(CODE, "").strip()
    code = parse_code(typed) or ""
    if not code:
        missing = _("The header %(name)s is missing.") % {"name": CODE}
        opens_nothing = _("This code opens nothing.")
        raise Refusal(401, opens_nothing if typed else missing, headers=_by_code())
    if slowing.asks_work() and not _has_waited(request, code):
        raise Refusal(
            429,
            _("Very many wrong codes are being tried just now. Wait, and send the ticket along."),
            "work",
            headers={"Retry-After": str(work.WAIT)},
            more={"ticket": work.ticket(code)},
        )
    concern = intake.by_code(code)
    number = request.headers.get(NUMBER, "")
    if concern is not None and number and parse_number(number) != concern.number:
        concern = None
    if concern is None:
        slowing.slow_down(code, str(request.META.get("REMOTE_ADDR", "")))
        raise Refusal(401, _("This code opens nothing."), headers=_by_code())
    return concern


def _by_code() -> dict[str, str]:
    return {"WWW-Authenticate": CODE}


def _has_waited(request: HttpRequest, code: str) -> bool:
    ticket = request.headers.get(WAIT, "")
    return bool(ticket) and work.has_waited(ticket, code) and work.is_fresh(ticket)


def key_of(request: HttpRequest) -> str:
    """The caller's own key of what is asked for. Raises Refusal.

    A UUID: whoever could guess the key of somebody without a token would get their answer.
    """
    try:
        return str(uuid.UUID(request.headers.get(KEY, "").strip().strip('"')))
    except ValueError:
        raise Refusal(
            400,
            _("The header %(name)s is missing, or is no UUID.") % {"name": KEY},
            "key-missing",
        ) from None
