"""What a proof of filing says today, and what anybody needs to check the journal themselves."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lianxin import access
from lianxin.intake import proofs, slowing
from lianxin.intake.forms.proof import ProofForm
from lianxin.intake.proofs import Finding
from lianxin.journal import alarm, signing
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.people import queries as people

REMEMBERED = 600


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """Does the journal still agree with this proof? Yes or no, and nothing about the concern."""
    form = ProofForm(request.POST if request.method == "POST" else None)
    finding = None
    if form.is_bound and form.is_valid():
        finding, _concern = proofs.check(form.cleaned_data["proof"])
        if finding in (Finding.UNREADABLE, Finding.NO_SUCH_ENTRY):
            slowing.slow_down("", str(request.META.get("REMOTE_ADDR", "")))
        if finding == Finding.UNREADABLE:
            form.say_unreadable()
    context = {
        "form": form,
        "finding": finding,
        "alarm": finding is not None and alarm.is_on(),
        "phone": people.public_phone(),
        "key": _key_id(),
    }
    return render(request, "intake/proof.html", context)


@access.public
@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """The public keys that checkpoints are signed with, in PEM."""
    keys = signing.public_keys()
    text = "".join(f"# {name}\n{signing.pem(public)}" for name, public in keys.items())
    return HttpResponse(text, content_type="application/x-pem-file")


@access.public
@require_safe
def checkpoints(_request: HttpRequest) -> HttpResponse:
    """One signed checkpoint a day, of the days before today."""
    today = clock.today()
    name = f"journal.published.{today}.{settings.KEYS}"
    text: str | None = caches["local"].get(name)
    if text is None:
        text = "".join(f"{line}\n" for line in journal.published(today))
        caches["local"].set(name, text, REMEMBERED)
    return HttpResponse(text, content_type="text/plain; charset=us-ascii")


def _key_id() -> str:
    try:
        return ", ".join(signing.public_keys())
    except signing.SigningKeyUnusable:
        return ""
