"""Look at somebody's concern together with them, by the number they read out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.intake import actions, slowing, tickets
from lianxin.intake.forms import HelperForm
from lianxin.intake.models import Helper

UNKNOWN = _(
    "This number opens nothing. It holds for a quarter of an hour and opens once; please ask for a "
    "new one."
)


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """Ask for the number. Unknown, used, over and out of sight are one answer."""
    form = HelperForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        viewer = request.viewer  # type: ignore[attr-defined]
        helper = actions.open_together(form.cleaned_data["number"], by=viewer)
        if helper is not None:
            return opened(request, helper)
        slowing.slow_down(form.cleaned_data["number"], str(request.META.get("REMOTE_ADDR", "")))
        form.add_error("number", UNKNOWN)
    return render(request, "intake/together.html", {"form": form})


def opened(request: HttpRequest, helper: Helper) -> HttpResponse:
    """To the page of the concern, as somebody who was let in."""
    response = redirect("tracked")
    response.status_code = 303
    tickets.let_in(request, response, helper)
    return response
