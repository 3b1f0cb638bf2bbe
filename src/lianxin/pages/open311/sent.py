"""What is sent to be filed: read, and each thing that is wrong with it in words."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianxin.files import Unfit
from lianxin.intake.actions import store_file
from lianxin.intake.actions.contact import LIMITS
from lianxin.intake.actions.filing import LONGEST as LONGEST_WORDS
from lianxin.intake.channels.email.actions import MOST_FILES
from lianxin.intake.channels.open311.actions import NewRequest
from lianxin.intake.channels.open311.wire import LONGEST, Fault
from lianxin.intake.wording import why_unfit
from lianxin.kernel import words
from lianxin.pages.open311.asked import read_moment
from lianxin.people import queries as people
from lianxin.sorting.offers import Offer, Question
from lianxin.ui.uploads import arrived

ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](\[\])?\Z")
NO_ID = "#NOTPINPOINTED#"
"""What FixMyStreet sends as address_id when the person did not move the pin."""
FILES_SECONDS = 30.0
LONGEST_ANSWER = 2_000
LONGEST_PLACE = 200
LONGEST_URL = 500
LONGEST_KEY = 200


def new_request(request: HttpRequest, offers: dict[str, Offer]) -> NewRequest:
    """What a POST of requests asks to file. Raises Fault: 404 for an unknown category, else 400.

    Unknown fields are ignored, as clients send many; ``device_id`` and ``account_id`` are neither
    kept nor compared: they would tell that two concerns are of one person.
    """
    post = request.POST
    code = _text(post, "service_code")
    if not code:
        raise Fault(400, [_("service_code was not provided.")])
    offer = offers.get(code)
    if offer is None:
        raise Fault(404, [_("service_code was not found.")])
    faults: list[str] = []
    latitude, longitude = _point(post, faults)
    place, area = _place(post)
    if latitude is None and not place and area is None and not faults:
        faults.append(_("A place is needed: lat and long, address_string or address_id."))
    said = _text(post, "description", lines=True)
    if len(said) > LONGEST:
        faults.append(_too_long("description", LONGEST))
    below = [*_answers(post, offer, faults), *media_urls(post, faults)]
    if len(place) > LONGEST_PLACE:
        below, place = [_line("address_string", [place]), *below], place[:LONGEST_PLACE]
    whole = "\n".join([said or offer.name, *(["", "———", *below] if below else [])])
    if len(whole) > LONGEST_WORDS:
        faults.append(_too_long("attribute", LONGEST_WORDS))
    contact = _contact(post, faults)
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        faults.append(_too_long("Idempotency-Key", LONGEST_KEY))
    if faults:
        raise Fault(400, faults)
    return NewRequest(
        service_code=code,
        words=whole,
        sent=_sent(request),
        key=key,
        place=place,
        area_id=area,
        latitude=latitude,
        longitude=longitude,
        contact=contact,
        language=get_language() or "zh-hans",
    )


@dataclass
class Kept:
    """The files that came along: clean copies that wait, and what is said of the others."""

    names: list[UUID] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def kept_files(request: HttpRequest) -> Kept:
    """Keep the files of a multipart post by the rules of the form; what cannot be taken is told."""
    kept, until = Kept(), time.monotonic() + FILES_SECONDS
    for number, file in enumerate(_files(request), start=1):
        name = words.clean(file.name or "")[:80] or _("file %(number)d") % {"number": number}
        if number > MOST_FILES:
            kept.left_out.append(_("%(name)s: too many files") % {"name": name})
            continue
        try:
            kept.names.append(store_file(arrived(file, until=until).copy).uuid)
        except Unfit as unfit:
            kept.left_out.append(f"{name}: {why_unfit(unfit)}")
    return kept


def media_urls(post: QueryDict, faults: list[str]) -> list[str]:
    """Lines that name pictures elsewhere. They are words: the server never opens one.

    It would ask whatever address a stranger writes, inside our network too.
    """
    found = [url for name in ("media_url", "media_url[]") for url in post.getlist(name)]
    lines = []
    for url in dict.fromkeys(filter(None, map(words.clean, found))):
        if not url.startswith(("http://", "https://")) or len(url) > LONGEST_URL:
            faults.append(_("media_url must be an http address of up to %(limit)d characters.")
                          % {"limit": LONGEST_URL})  # fmt: skip
            return []
        lines.append(_("Picture elsewhere, not opened by us: %(url)s") % {"url": url})
    return lines[:MOST_FILES]


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """All that came, but the key of the caller: the same again is the same."""
    pairs = [
        (name, value)
        for name, values in sorted(request.POST.lists())
        if name != "api_key"
        for value in values
    ]
    for file in _files(request):
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        pairs.append(("file", digest.hexdigest()))
    return pairs


def _files(request: HttpRequest) -> list[UploadedFile[Any]]:
    return [file for _name, files in request.FILES.lists() for file in files]


def _text(post: QueryDict, name: str, *, lines: bool = False) -> str:
    text = words.clean(post.get(name, ""))
    return text if lines else " ".join(text.split())


def _too_long(name: str, limit: int) -> str:
    return _("%(name)s is longer than %(limit)d characters.") % {"name": name, "limit": limit}


def _point(post: QueryDict, faults: list[str]) -> tuple[Decimal | None, Decimal | None]:
    given = [_text(post, "lat"), _text(post, "long")]
    if not any(given):
        return None, None
    found = [_degrees(text, most) for text, most in zip(given, (90, 180), strict=True)]
    if None in found:
        faults.append(_("lat and long must both be given, in degrees."))
        return None, None
    return found[0], found[1]


def _degrees(text: str, most: int) -> Decimal | None:
    try:
        number = Decimal(text) if len(text) <= 40 else Decimal("NaN")
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > most:
        return None
    return number.quantize(Decimal("0.000001"))


def _place(post: QueryDict) -> tuple[str, int | None]:
    """The place in words, and the area when address_id is the code of one."""
    place, number = _text(post, "address_string"), _text(post, "address_id")
    if not number or number == NO_ID:
        return place, None
    areas = people.areas_called(number)
    if len(areas) == 1:
        return place, areas[0].pk
    return " · ".join(filter(None, (place, number))), None


def _contact(post: QueryDict, faults: list[str]) -> dict[str, str]:
    first, last = _text(post, "first_name"), _text(post, "last_name")
    name = f"{last}{first}" if words.is_chinese(last + first) else f"{first} {last}".strip()
    contact = {"name": name, "phone": _text(post, "phone"), "email": _text(post, "email")}
    for of, text in contact.items():
        if len(text) > LIMITS[of]:
            faults.append(_too_long(of, LIMITS[of]))
    if contact["email"]:
        try:
            validate_email(contact["email"])
        except ValidationError:
            faults.append(_("email must be an e-mail address."))
    return {of: text for of, text in contact.items() if text}


def _answers(post: QueryDict, offer: Offer, faults: list[str]) -> list[str]:
    """What was answered, a line each: first what we ask, then what else the client asked."""
    given: dict[str, list[str]] = {}
    for name, values in post.lists():
        if found := ATTRIBUTE.match(name):
            texts = [text for value in values if (text := words.clean(value))]
            given.setdefault(words.clean(found[1]), []).extend(texts)
    lines = []
    for question in offer.questions:
        values = given.pop(question.code, [])
        if not question.variable:
            continue
        if not values:
            if question.required:
                faults.append(_("attribute[%(code)s] is required.") % {"code": question.code})
            continue
        if fault := _wrong(question, values):
            faults.append(f"attribute[{question.code}]: {fault}")
            continue
        lines.append(_line(question.text, (question.values.get(v, v) for v in values)))
    lines += [_line(code, values) for code, values in given.items() if values]
    return lines


def _line(name: str, values: Iterable[str]) -> str:
    between = pgettext("between answers", ", ")
    return name + pgettext("between a question and its answer", ": ") + between.join(values)


def _wrong(question: Question, values: Sequence[str]) -> str:
    """What is wrong with the answers to a question; empty when nothing is."""
    if len(values) > 1 and question.datatype != "multivaluelist":
        return _("One answer, please.")
    if any(len(value) > LONGEST_ANSWER for value in values):
        return _("This is longer than %(limit)s characters.") % {"limit": LONGEST_ANSWER}
    match question.datatype:
        case "number" if not re.fullmatch(r"-?\d{1,15}([.,]\d{1,6})?", values[0], re.ASCII):
            return _("It must be a number.")
        case "datetime" if read_moment(values[0]) is None:
            return _("It must be a date and time like 2026-01-31T08:15:30Z.")
        case "singlevaluelist" | "multivaluelist" if set(values) - question.values.keys():
            return _("It must be one of: %(values)s.") % {"values": ", ".join(question.values)}
    return ""
