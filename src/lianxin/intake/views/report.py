"""The report form: three screens, one address, no account, nothing kept on the server between."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lianxin import access
from lianxin.intake import actions, flood, queries, tickets, work
from lianxin.intake.channels.box.actions import file_scanned
from lianxin.intake.channels.box.queries import box_at
from lianxin.intake.channels.proxy.actions import file_from_afar
from lianxin.intake.channels.proxy.queries import waiting_sheet
from lianxin.intake.channels.proxy.screens import ForThem
from lianxin.intake.forms import (
    FOR_OTHER,
    KEEP_ORIGINAL,
    KEEP_ORIGINAL_HINT,
    MOST_FILES,
    What,
    Where,
    Who,
    carried,
    concern_from,
    places_to_choose,
)
from lianxin.intake.nearby import Nearby, nearby
from lianxin.intake.views.nearby import asked_in
from lianxin.intake.wording import label_of
from lianxin.kernel.ids import parse_number
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.ui.forms import FilesField, apply_problem
from lianxin.ui.uploads import Arrived

if TYPE_CHECKING:
    from lianxin.intake.models import Attachment, Box

LAST = 3
USE_PLACE, KEEP, SAME, OWN = "use_place", "keep_original", "same_as", "own"
PLACE = re.compile(r"(-?\d{1,2}\.\d{6}),(-?\d{1,3}\.\d{6})\Z", re.ASCII)


@dataclass
class Sheet:
    """Everything one post brought: three bound forms, the key, the files already kept.

    ``seen_at`` is where a photo says it was taken. It travels in the page from the first screen to
    the second, where it is offered; nothing of it is kept here. ``box``: whose poster was scanned.
    ``same_as``: receipt number of the case the person says is the same. Where it is written for
    somebody else, ``who`` is `ForThem`.
    """

    at: int
    key: str
    what: What
    where: Where
    who: Who
    attachments: list[UUID]
    seen_at: str = ""
    keep_original: bool = False
    box: Box | None = None
    same_as: str = ""

    @classmethod
    def posted(cls, request: HttpRequest) -> Sheet:
        """Read a post; what is no number, key or file name counts as missing."""
        post: QueryDict = request.POST
        if USE_PLACE in post:
            post = _placed(post)
        at = post.get("at", "")
        return cls(
            at=int(at) if at in ("1", "2", "3") else 1,
            key=str(_uuid(post.get("key", "")) or uuid4()),
            what=What(post, request.FILES),
            where=Where(post),
            who=_who(request, post),
            attachments=_uuids(post.getlist("attachment")),
            seen_at=_seen_at(post.get("seen_at", "")),
            keep_original=KEEP in post,
            box=box_at(post.get("box", "")) if "box" in post else None,
            same_as=parse_number(post.get(SAME, "")) or "",
        )

    def form(self, at: int) -> What | Where | Who:
        """The form of a screen."""
        return (self.what, self.where, self.who)[at - 1]

    def first_fault(self, until: int) -> int:
        """The first of the screens up to this one that needs another look; 0 for none."""
        return next((at for at in range(1, until + 1) if not self.form(at).is_valid()), 0)


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show a screen, or take one and show the next; the last one files the concern."""
    if request.method != "POST":
        return _screen(request, _begun(request), 1)
    sheet = Sheet.posted(request)
    _keep_files(sheet)
    if isinstance(sheet.who, ForThem):
        sheet.who = sheet.who.with_sheet_kept()
    dropped = _uuid(request.POST.get("drop", ""))
    if dropped is not None:
        sheet.attachments = [name for name in sheet.attachments if name != dropped]
        sheet.seen_at = ""
        return _screen(request, sheet, 1, quiet=True)
    if request.POST.get("do") == OWN:
        return _screen(request, sheet, LAST, quiet=True)
    used = USE_PLACE in request.POST
    wish = "stay" if used else request.POST.get("do", "next")
    if wish in ("1", "2") and int(wish) < sheet.at:
        return _screen(request, sheet, int(wish), quiet="attachments" not in sheet.what.errors)
    fault = sheet.first_fault(sheet.at)
    if fault or wish == "stay":
        kept_only = sheet.at == 1 and "attachments" not in sheet.what.errors
        quiet = wish == "stay" and (used or kept_only)
        return _screen(request, sheet, fault or sheet.at, quiet=quiet)
    if sheet.at < LAST:
        return _screen(request, sheet, sheet.at + 1, quiet=True)
    return _send(request, sheet)


def _begun(request: HttpRequest) -> Sheet:
    """The first screen, with what the way here says: whom it is about, or at which box."""
    about = request.GET.get("about") == "official"
    form = ForThem if request.GET.get("for") == "other" else Who
    who = form(QueryDict("about_official=on")) if about else form()
    box = box_at(request.GET.get("box", "")) if "box" in request.GET else None
    if box is None:
        return Sheet(1, str(uuid4()), What(), Where(), who, [])
    place = QueryDict(mutable=True)
    place.update({"place": box.place or box.name, "area": str(box.area_id)})
    return Sheet(1, str(uuid4()), What(), Where(place), who, [], box=box)


def _send(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    new = concern_from(
        sheet.key,
        sheet.what,
        sheet.where,
        sheet.who,
        tuple(sheet.attachments[:MOST_FILES]),
        get_language() or "",
    )
    new = replace(new, same_as=sheet.same_as)
    if flood.rising(request):
        if "work" not in request.POST:
            return _work(request, sheet)
        done = work.is_done(request.POST["work"], sheet.key)
        new = replace(new, quarantined=not done)
    try:
        receipt, follow = _file(sheet, new)
    except Problem as problem:
        at = next(
            (at for at in (1, 2) if problem.messages.keys() & sheet.form(at).fields.keys()), LAST
        )
        apply_problem(sheet.form(at), problem)
        # Sent again on purpose it is another matter, and needs a key of its own.
        sheet.key = str(uuid4())
        return _screen(request, sheet, at)
    response = HttpResponse(status=303, headers={"Location": tickets.RECEIPT_PATH})
    tickets.give_receipt(request, response, receipt, follow=follow)
    return response


def _file(sheet: Sheet, new: actions.NewConcern) -> tuple[actions.Receipt, str | None]:
    """The receipt, and the digits of somebody who filed it for another; None: it is their own."""
    by = access.ANONYMOUS
    if isinstance(sheet.who, ForThem):
        data = sheet.who.cleaned_data
        return file_from_afar(new, data, authority=data["kept"], by=by)
    if sheet.box:
        return file_scanned(sheet.box, new, by=by), None
    return actions.file_concern(new, by=by), None


def _work(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Far more arrives than people write: ask the device for a little work, or let it wait."""
    hidden = [pair for at in (1, 2, 3) for pair in carried(sheet.form(at))]
    hidden += [("at", str(LAST)), ("key", sheet.key), ("do", "next")]
    hidden += [("attachment", str(name)) for name in sheet.attachments]
    hidden += [("box", sheet.box.code)] if sheet.box else []
    hidden += [(SAME, sheet.same_as)] if sheet.same_as else []
    hidden += [(FOR_OTHER, "on")] if isinstance(sheet.who, ForThem) else []
    context = {
        "title": _("One moment, please"),
        "explain": _(
            "Very many concerns are arriving just now. So that yours is among the first, your "
            "device does a small calculation before it is sent."
        ),
        "otherwise": _(
            "You can also send it without. It is just as safe, and you get your number and your "
            "code at once; a person lets it through by hand, which can take a day."
        ),
        "button": _("Send it without calculating"),
        "action": reverse("report"),
        "hidden": hidden,
        "challenge": work.ask(sheet.key),
    }
    response = render(request, "intake/work.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _keep_files(sheet: Sheet) -> None:
    """Keep the files that came with a screen, so that no later mistake costs them."""
    if not sheet.what.files:
        return
    sheet.what.full_clean()
    new = sheet.what.cleaned_data.get("attachments") or []
    room = MOST_FILES - len(sheet.attachments)
    if len(new) > room:
        sheet.what.add_error("attachments", _too_many())
    for sent in new[: max(room, 0)]:
        sheet.attachments.append(_kept(sent, sheet.keep_original).uuid)
        sheet.seen_at = sheet.seen_at or _said_at(sent)


def _kept(sent: Arrived, keep_original: bool) -> Attachment:
    return actions.store_file(sent.copy, original=sent.original if keep_original else None)


def _said_at(sent: Arrived) -> str:
    """Where a photo says it was taken, as the page carries it."""
    return "{:.6f},{:.6f}".format(*sent.copy.place) if sent.copy.place else ""


def _too_many() -> str:
    text = ngettext(
        "Only %(most)d file can be sent with this.",
        "Only %(most)d files can be sent with this.",
        MOST_FILES,
    )
    return text % {"most": MOST_FILES}


def _screen(request: HttpRequest, sheet: Sheet, at: int, *, quiet: bool = False) -> HttpResponse:
    """Show one screen; ``quiet``: with what was typed, but without calling it wrong yet."""
    form = sheet.form(at)
    if quiet and form.is_bound:
        form = _calm(form)
    hidden = [pair for other in (1, 2, 3) if other != at for pair in carried(sheet.form(other))]
    hidden += [("box", sheet.box.code)] if sheet.box else []
    kept = queries.waiting_files(sheet.attachments) if sheet.attachments else []
    for_other = isinstance(sheet.who, ForThem)
    hidden += [(FOR_OTHER, "on")] if for_other and at > 1 else []
    page = {1: "what", 2: "where", 3: "for_them" if for_other else "who"}[at]
    context = {
        "at": at,
        "last": LAST,
        "form": form,
        "key": sheet.key,
        "hidden": hidden,
        "kept": kept,
        "most_files": MOST_FILES,
        "room": MOST_FILES - len(kept),
        # Not on the third: what was not taken by then is forgotten.
        "seen_at": sheet.seen_at if at < LAST else "",
        "keep_original": sheet.keep_original,
        "keep_label": KEEP_ORIGINAL,
        "keep_hint": KEEP_ORIGINAL_HINT,
        "about_official": at == 1 and bool(sheet.who.data.get("about_official")),
        "seen": {**_seen(sheet.what), **_seen(sheet.where)} if at == LAST else {},
        "box": sheet.box,
        "nearby": _nearby(sheet),
        "same_as": sheet.same_as,
        "for_other": for_other,
        "phone": people.public_phone() if page == "for_them" else "",
        "sheet": waiting_sheet(form["kept"].value()) if page == "for_them" else None,
    }
    response = render(request, f"intake/report_{page}.html", context)
    # Not no-store: the browser's own way back shall find each screen as it was left.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _nearby(sheet: Sheet) -> list[Nearby]:
    """What may be the same; nothing is, where it is about an office or somebody there."""
    if sheet.who.data.get("about_official"):
        return []
    return nearby(asked_in(sheet.what, sheet.where, sheet.same_as))


def _calm(form: What | Where | Who) -> What | Where | Who:
    """The same values without their errors: an unbound form that begins with them."""
    values = {
        name: value
        for name, field in form.fields.items()
        if not isinstance(field, FilesField)
        and (value := field.widget.value_from_datadict(form.data, form.files, name))
    }
    return type(form)(initial=values)


def _seen(form: forms.Form) -> dict[str, object]:
    """The values to look over before sending."""
    seen = dict(form.cleaned_data) if form.is_bound and form.is_valid() else {}
    if seen.get("area"):
        names = {pk: name for _town, places in places_to_choose() for pk, name in places}
        seen["area"] = names.get(int(str(seen["area"])), "")
    return seen


@access.public
@never_cache
@require_POST
def report_file(request: HttpRequest) -> HttpResponse:
    """Keep one file at once, for browsers that send it while the person still writes."""
    form = What({"words": "--"}, request.FILES)
    sent = form.cleaned_data["attachments"] if form.is_valid() else []
    if len(sent) != 1:
        said = [str(error) for error in form.errors.get("attachments", [])] or [_too_many()]
        return JsonResponse({"problem": said[0]}, status=422)
    kept = _kept(sent[0], KEEP in request.POST)
    answer = {
        "name": str(kept.uuid),
        "url": reverse("file", args=[kept.uuid]),
        "kind": sent[0].copy.format.kind,
        "label": label_of(kept),
        "sealed": bool(kept.original),
        "place": _said_at(sent[0]),
    }
    return JsonResponse(answer)


def _who(request: HttpRequest, post: QueryDict) -> Who:
    if post.get("do") == OWN:
        # Not with the name and number of somebody else.
        return Who(QueryDict("about_official=on" if "about_official" in post else ""))
    return ForThem(post, request.FILES) if FOR_OTHER in post else Who(post)


def _seen_at(text: str) -> str:
    return text if PLACE.match(text) else ""


def _placed(post: QueryDict) -> QueryDict:
    """The post with the place of the photo in the fields of the pin, as the person asked."""
    place = PLACE.match(post.get(USE_PLACE, ""))
    post = post.copy()
    if place:
        post["latitude"], post["longitude"] = place.groups()
    return post


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _uuids(texts: list[str]) -> list[UUID]:
    """The names of files, each once, no more than may be sent."""
    found = dict.fromkeys(filter(None, map(_uuid, texts[:20])))
    return list(found)[:MOST_FILES]
