"""The installable form: what a device keeps of it, and how what was kept comes in.

Whatever a device sends is answered in JSON: `filed`, `missing` (files to be sent first), `work` (a
little calculation first, in a flood), `problems` at fields, `different` (other content is filed
under this key) or `message`. Nothing is half taken: only `filed` says that it is here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lianxin import access
from lianxin.access import Viewer
from lianxin.intake import flood, work
from lianxin.intake.actions import NewConcern, Receipt, file_concern
from lianxin.intake.channels.box.actions import file_scanned
from lianxin.intake.channels.box.queries import box_at
from lianxin.intake.channels.door import taken_down
from lianxin.intake.channels.doors import door
from lianxin.intake.choices import Channel
from lianxin.intake.forms import FOR_OTHER, MOST_FILES, What, Where, Who, concern_from
from lianxin.intake.offline.actions import (
    Different,
    Kept,
    Missing,
    by_the_form,
    file_kept,
    files_for,
    keep_part,
    replayed,
)
from lianxin.intake.offline.owners import is_still_here, keeper_of, owner_of
from lianxin.intake.offline.queries import concern_of_key
from lianxin.intake.policy import TAKE_DOWN
from lianxin.intake.receipts import key_hash
from lianxin.kernel.ids import format_code, format_number, parse_code
from lianxin.kernel.problems import Problem
from lianxin.people.http import StaffRequest

OF_THE_ENVELOPE = {
    "csrfmiddlewaretoken", "work", "made_at", "owner", "keeper", "key", "code", "part",
    "attachment", "at", "do", "seen_at", "keep_original",
}  # fmt: skip
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
PARTS_A_MINUTE = 120
"""Files of entries that one network may send; 20 times as many from behind a shared exit."""
UNKNOWN = "?"
"""The owner of what was written on a device on which nobody had signed in."""
EARLIER = gettext_lazy(
    "It had arrived before, from the form. If name, number or address were changed since, that was "
    "not taken: change them where the concern is looked up."
)
"""What came with the form lies sealed and cannot be compared: it stays, and that is said."""


@dataclass(frozen=True)
class Faulty(Exception):  # noqa: N818 - reads as what happened
    """What is wrong, by field; "" for all of it."""

    problems: Mapping[str, list[str]]


@access.public
@never_cache
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """What a device asks first when the network is back: a fresh token, and who is signed in."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    worker = static("intake/worker.js")
    about = {"token": get_token(request), "owner": keeper_of(viewer), "worker": worker}
    return JsonResponse(about)


@access.public
@never_cache
@require_POST
def part(request: HttpRequest) -> HttpResponse:
    """Keep one file of an entry. The receipt is the SHA-256 of what arrived."""
    key, digest = _key(request), request.POST.get("digest", "")
    file = request.FILES.get("attachments")
    network, shared = flood.network_of(request)
    most = PARTS_A_MINUTE * (flood.SHARED_TIMES if shared else 1)
    if network and flood.many_from(f"part {network}", most=most):
        slow = _("Very much is arriving from here just now. It goes on by itself in a minute.")
        return JsonResponse({"message": slow}, status=429, headers={"Retry-After": "60"})
    if key is None or file is None or not DIGEST.match(digest):
        return _problems({"": [_("This is no file of an entry.")]})
    if not getattr(file, "too_large", False) and _digest(file) != digest:
        # Cut on the way: only the whole file gets a receipt.
        return _problems({"": [_("The file did not arrive whole. It is sent again.")]}, cut=True)
    form = What({"words": "--"}, request.FILES)
    sent = form.cleaned_data["attachments"] if form.is_valid() else []
    if len(sent) != 1:
        return _problems(form.errors or {"attachments": [_("This is no file of an entry.")]})
    original = "keep_original" in request.POST
    try:
        keep_part(key, digest, sent[0], most=MOST_FILES, keep_original=original)
    except Problem as problem:
        return _problems(problem.messages)
    return JsonResponse({"received": digest})


@access.public
@never_cache
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """File what a resident's device has kept."""
    key = _key(request)
    if key is None:
        return _problems({"": [_("This is no entry of this site.")]})
    if FOR_OTHER in request.POST:
        return _problems({"": [_for_somebody(key)]})
    kept = _kept(request, key)
    box = box_at(request.POST.get("box", "")) if "box" in request.POST else None

    def read() -> NewConcern:
        what, where, who = What(request.POST), Where(request.POST), Who(request.POST)
        _valid(what, where, who)
        new = concern_from(key, what, where, who, (), get_language() or "")
        return replace(new, channel=Channel.BOX) if box else new

    def file(new: NewConcern) -> Receipt:
        by = access.ANONYMOUS
        return file_scanned(box, new, by=by) if box else file_concern(new, by=by)

    return _answer(request, kept, read, file)


def _for_somebody(key: str) -> str:
    """Why it is not filed from a device; or that the form had filed it and the answer was lost."""
    filed = concern_of_key(key_hash(key))
    if filed is not None:
        return _(
            "This has arrived from the form, as number %(number)s. Delete it here and do not write "
            "it once more; to follow it, ask the person to let you look along."
        ) % {"number": format_number(filed.number)}
    return _(
        "This is written for somebody else. That needs a network, because the sheet they have "
        "signed is sealed as it arrives. Open the form again with a network and copy the words, or "
        "untick it and write in your own name."
    )


@access.staff(*TAKE_DOWN)
@never_cache
@require_POST
def register(request: StaffRequest, name: str) -> HttpResponse:
    """File what was taken down on a device, by whoever wrote it, or by somebody who hands it over.

    What is handed over waits for a person, as what comes in a flood does.
    """
    here = door(name)
    if here is None:
        raise Http404
    key, by = _key(request), request.viewer
    if key is None:
        return _problems({"": [_("This is no entry of this site.")]})
    owner = request.POST.get("owner", "") or UNKNOWN
    others = owner != owner_of(by.user_id)
    if others and is_still_here(owner):
        told = _("It belongs to somebody else on this device: it is sent when they sign in.")
        return JsonResponse({"owner": told}, status=409)
    kept = replace(_kept(request, key), handed_over=others)
    facts: dict[str, Any] = {}

    def read() -> NewConcern:
        form = here.form(request.POST, viewer=by)
        _valid(form)
        new, found = taken_down(here, form, by=by)
        facts.update(found)
        return replace(new, quarantined=others)

    return _answer(request, kept, read, lambda new: here.file(new, facts, by=by), slowed=False)


def _answer(
    request: HttpRequest,
    kept: Kept,
    read: Callable[[], NewConcern],
    file: Callable[[NewConcern], Receipt],
    *,
    slowed: bool = True,
) -> HttpResponse:
    """File an entry, or say what it lacks. What was filed before is answered before anything."""
    earlier = ""
    try:
        receipt = replayed(kept)
        if receipt is None:
            if kept.files > MOST_FILES:
                raise Problem(
                    _("At most %(most)d files: take some away.") % {"most": MOST_FILES},
                    "attachments",
                )
            new = read()
            attached = files_for(kept, new)
            if slowed and flood.rising(request):
                if "work" not in request.POST:
                    return JsonResponse({"work": work.ask(kept.key)})
                done = work.is_done(request.POST["work"], kept.key)
                new = replace(new, quarantined=not done)
            receipt = file_kept(kept, new, attached, file)
            if by_the_form(kept, receipt) and any(new.contact.values()):
                earlier = str(EARLIER)
    except Missing as missing:
        return JsonResponse({"missing": missing.parts})
    except Different as other:
        told = _(
            "Something else was filed from this entry before, as number %(number)s. Look at it "
            "with its query code, or send this as another matter."
        )
        answer = {"different": other.number, "message": told % {"number": other.number}}
        return JsonResponse(answer, status=409)
    except Faulty as faulty:
        return _problems(faulty.problems)
    except Problem as problem:
        return _problems(problem.messages)
    filed = {
        "number": format_number(receipt.concern.number),
        "code": format_code(receipt.code) if receipt.code else "",
        "received": receipt.concern.filed_at.isoformat(),
        "proof": receipt.proof,
    }
    if earlier:
        filed["earlier"] = earlier
    return JsonResponse({"filed": filed})


def _kept(request: HttpRequest, key: str) -> Kept:
    post = request.POST
    names = [name for name in post if name not in OF_THE_ENVELOPE]
    return Kept(
        key=key,
        said=tuple((name, value) for name in names for value in post.getlist(name)),
        parts=tuple(dict.fromkeys(d for d in post.getlist("part") if DIGEST.match(d))),
        attachments=_uuids(post.getlist("attachment")),
        code=parse_code(post.get("code", "")) or "",
        made_at=_moment(post.get("made_at", "")),
    )


def _valid(*bound: forms.BaseForm) -> None:
    problems = {
        "" if name == NON_FIELD_ERRORS else name: [str(text) for text in texts]
        for form in bound
        for name, texts in form.errors.items()
    }
    if problems:
        raise Faulty(problems)


def _problems(problems: Mapping[str, Any], **more: object) -> JsonResponse:
    said = {name: [str(text) for text in texts] for name, texts in problems.items()}
    return JsonResponse({"problems": said, **more}, status=422)


def _digest(file: UploadedFile[bytes]) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _key(request: HttpRequest) -> str | None:
    """The key of an entry as it is hashed; None for what is no uuid."""
    text = request.POST.get("key", "")
    try:
        return str(UUID(text)) if len(text) == 36 else None
    except ValueError:
        return None


def _uuids(texts: list[str]) -> tuple[UUID, ...]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _moment(text: str) -> datetime | None:
    """What the clock of a device says, where it says anything that can be."""
    try:
        at = parse_datetime(text[:40])
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None and 2000 <= at.year <= 2100 else None
