"""The pages a device may keep: the same for everybody, without a name on them."""

from __future__ import annotations

import hashlib
import json

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import lianxin
from lianxin import access
from lianxin.intake.channels.doors import DOORS, door
from lianxin.intake.forms import KEEP_ORIGINAL, KEEP_ORIGINAL_HINT, MOST_FILES, What, Where, Who
from lianxin.intake.forms.screens import places_to_choose
from lianxin.intake.policy import TAKE_DOWN
from lianxin.ui.look import PRODUCT

FILES = (
    "ui/vendor/tabler.min.css", "ui/lianxin.css", "ui/dark.css", "ui/early.js",
    "ui/vendor/htmx.min.js", "ui/vendor/icons.svg", "ui/mark.svg", "ui/lianxin.js", "ui/queue.js",
    "intake/report.css", "intake/report.js", "intake/offline.css", "intake/offline.js",
    "intake/kept.js", "intake/worker.js",
)  # fmt: skip
"""What the pages need to be drawn."""


@access.public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: at the root, because it sees to every page."""
    files = [static(name) for name in FILES]
    made_of = json.dumps([files, lianxin.__version__])
    context = {
        "version": hashlib.sha256(made_of.encode()).hexdigest()[:12],
        "files": json.dumps(files),
        "queue": static("ui/queue.js"),
        "pages": json.dumps([reverse("kept"), reverse("report_offline")]),
        "kept": reverse("kept"),
        "report": reverse("report"),
        "report_offline": reverse("report_offline"),
        "register": reverse("register"),
        "offline": json.dumps([here.name for here in DOORS if here.empty]),
        "static": settings.STATIC_URL,
    }
    return render(request, "intake/offline/sw.js", context, content_type="text/javascript")


@access.public
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """What a device that installs the site calls it and draws for it (W3C web app manifest)."""
    place, name = settings.LIANXIN_PLACE, str(PRODUCT)
    icons = [("ui/icon-192.png", "192x192", "any"), ("ui/icon-512.png", "512x512", "any")]
    icons.append(("ui/icon-maskable-512.png", "512x512", "maskable"))
    about = {
        "id": "/",
        "name": f"{place} · {name}" if place else name,
        "short_name": name,
        "lang": get_language() or settings.LANGUAGE_CODE,
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fffefb",
        "theme_color": "#ab3620",
        "icons": [
            {"src": static(file), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in icons
        ],
        "shortcuts": [{"name": str(_("Tell us something")), "url": reverse("report")}],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@access.public
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """What is kept on this device and not sent yet: the device fills it in."""
    kinds = {"report": str(_("A concern"))} | {one.name: str(one.title) for one in DOORS}
    asked = {"report": labels_of(What(), Where(), Who())} | {
        # What only some may choose of is not named.
        one.name: labels_of(one.form(viewer=access.ANONYMOUS) if one.empty else one.form)
        for one in DOORS
    }
    areas = {pk: name for _group, some in places_to_choose() for pk, name in some}
    told = {"kinds": kinds, "asked": asked, "areas": areas}
    context: dict[str, object] = {name: json.dumps(said) for name, said in told.items()}
    return _shell(request, "intake/offline/kept.html", context)


Labels = dict[str, tuple[str, dict[str, str]]]


def labels_of(*forms_: forms.BaseForm | type[forms.Form]) -> Labels:
    """What a person knows the fields by, and their choices; communities are listed elsewhere."""
    found: Labels = {}
    for form in forms_:
        fields = form.base_fields if isinstance(form, type) else form.fields
        for name, field in fields.items():
            some = getattr(field, "choices", ()) if not isinstance(form, type) else ()
            chosen = {} if name == "area" else {str(value): _plain(text) for value, text in some}
            found[name] = str(field.label or ""), chosen
    return found


def _plain(text: object) -> str:
    """A choice without its explanation."""
    return strip_tags(str(text).partition("</b>")[0])


@access.public
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The report form on one page, for a device without a network."""
    context = {"what": What(), "where": Where(), "who": Who(), "send": reverse("kept_send")}
    return _shell(request, "intake/offline/report.html", context)


@access.staff(*TAKE_DOWN)
@never_cache
@require_safe
def register(request: HttpRequest, name: str) -> HttpResponse:
    """The empty form of a door, for a device without a network. Nobody is named on it."""
    here = door(name)
    if here is None or not here.empty:
        raise Http404
    form = here.form(viewer=access.ANONYMOUS)
    doors = [one for one in DOORS if one.empty]
    context = {"form": form, "here": here, "doors": doors}
    context["send"] = reverse("kept_register", args=[here.name])
    return _shell(request, "intake/offline/register.html", context)


def _shell(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A page as a stranger sees it, whoever asks, and without what was to be said to them."""
    request.viewer = access.ANONYMOUS  # type: ignore[attr-defined]
    request.for_everybody = True  # type: ignore[attr-defined]
    context |= {
        "messages": (),
        "most_files": MOST_FILES,
        "keep_label": KEEP_ORIGINAL,
        "keep_hint": KEEP_ORIGINAL_HINT,
    }
    return render(request, template, context)
