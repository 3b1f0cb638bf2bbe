"""The slips of paper a browser may carry: a receipt to look at, a case that is open.

All are signed cookies that scripts cannot read. A code never stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse

from lianxin.intake import queries
from lianxin.intake.actions import Receipt
from lianxin.intake.choices import Identity
from lianxin.intake.models import Concern, Helper

RECEIPT, RECEIPT_PATH, RECEIPT_AGE = "receipt", "/report/done/", 15 * 60
CASE, CASE_PATH, CASE_AGE, FORM_AGE = "track", "/", 10 * 60, 30 * 60
"""Seconds: for looking, and for sending a form that was opened in time, so that slow writers lose
nothing. The case is asked for under /track/ and /file/, and no path covers just these."""
HELPER = "together"
WAITS, SHOWN, HIDDEN = "waits", "shown", "hidden"
"""How it stands with the code of a person for whom somebody else filed."""


@dataclass(frozen=True)
class Slip:
    """What the receipt page shows. ``code`` is empty when it may not be shown any more.

    ``part``: how it stands with the code of another person for whom this was filed; empty where it
    is one's own. That code is no part of the slip but while it is shown to them. ``follow``: the
    digits of whoever filed, empty when they may not be shown any more.
    """

    number: str
    code: str
    reachable: bool
    received: datetime
    proof: str
    follow: str = ""
    part: str = ""

    @property
    def theirs(self) -> bool:
        """Whether somebody reads it who filed for another person."""
        return bool(self.part) and not self.handed

    @property
    def handed(self) -> bool:
        """Whether the device is in the hands of the person whose matter it is."""
        return self.part == SHOWN

    @property
    def waits(self) -> bool:
        """Whether the person can have their code shown here."""
        return self.part == WAITS


def give_receipt(
    request: HttpRequest, response: HttpResponse, receipt: Receipt, *, follow: str | None = None
) -> None:
    """Let the next page show this receipt, for a quarter of an hour.

    ``follow``: the digits of whoever filed it for another person, "" when they may not be shown
    any more; None: it is their own.
    """
    concern, code = receipt.concern, receipt.code or ""
    reachable = concern.identity != Identity.ANONYMOUS
    slip = Slip(concern.number, code, reachable, concern.received_at, receipt.proof)
    if follow is not None:
        slip = replace(slip, code="", follow=follow, part=WAITS if code else HIDDEN)
    give_slip(request, response, slip)


def give_slip(request: HttpRequest, response: HttpResponse, slip: Slip) -> None:
    """Let the next page show this, for a quarter of an hour."""
    held = [slip.number, slip.code, slip.reachable, slip.received.isoformat(), slip.proof]
    held += [slip.follow, slip.part] if slip.part else []
    _set(request, response, RECEIPT, held, RECEIPT_AGE, RECEIPT_PATH)


def read_receipt(request: HttpRequest) -> Slip | None:
    """The receipt this browser was given, if it was not long ago."""
    match _get(request, RECEIPT, RECEIPT_AGE):
        case [str(number), str(code), bool(reachable), str(received), str(proof), *more]:
            slip = Slip(number, code, reachable, datetime.fromisoformat(received), proof)
            match more:
                case [str(follow), str(part)]:
                    return replace(slip, follow=follow, part=part)
            return slip
    return None


def give_case(request: HttpRequest, response: HttpResponse, concern: Concern) -> None:
    """Keep a case open for ten minutes after the last look at it."""
    held = [concern.uuid.hex, concern.code_counter]
    _set(request, response, CASE, held, FORM_AGE, CASE_PATH)


def read_case(request: HttpRequest) -> Concern | None:
    """The concern whose code was typed in this browser."""
    sending = request.method == "POST"
    match _get(request, CASE, FORM_AGE if sending else CASE_AGE):
        case [str(owner), int(counter)]:
            return queries.concern_held(UUID(owner), counter)
    return None


@dataclass(frozen=True)
class Look:
    """The concern that is open in a browser; ``helper``: together with the person who let them."""

    concern: Concern
    helper: Helper | None = None


def look(request: HttpRequest) -> Look | None:
    """What is open in this browser, by its code or together with whoever holds the code."""
    if concern := read_case(request):
        return Look(concern)
    match _get(request, HELPER, FORM_AGE):
        case str(name):
            viewer = request.viewer  # type: ignore[attr-defined]
            helper = queries.helper_looking(UUID(name), viewer)
            return Look(helper.concern, helper) if helper else None
    return None


def let_in(request: HttpRequest, response: HttpResponse, helper: Helper) -> None:
    """Keep a concern open for a helper; the database says for how long."""
    _set(request, response, HELPER, helper.uuid.hex, FORM_AGE, CASE_PATH)
    take_back(response, CASE)


def take_back(response: HttpResponse, name: str) -> None:
    """Forget a slip."""
    response.delete_cookie(name, path=RECEIPT_PATH if name == RECEIPT else CASE_PATH)


def _set(
    request: HttpRequest, response: HttpResponse, name: str, held: object, age: int, path: str
) -> None:
    response.set_cookie(
        name,
        signing.dumps(held, salt=f"lianxin.{name}"),
        max_age=age,
        path=path,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _get(request: HttpRequest, name: str, age: int) -> object:
    try:
        return signing.loads(request.COOKIES.get(name, ""), salt=f"lianxin.{name}", max_age=age)
    except signing.BadSignature:
        return None
