"""Addresses that another machine calls, and signs what it says."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lianxin.access.rules import public
from lianxin.kernel import signatures

LONGEST = 4_096
"""Bytes of what is told at once."""
Hook = Callable[[bytes], HttpResponse]


def signed(setting: str) -> Callable[[Hook], Callable[[HttpRequest], HttpResponseBase]]:
    """A hook for whoever shares the secret of this setting; without a secret it is not there.

    The function gets the body. 404, 413, 403: it is not asked.
    """

    def decorate(hook: Hook) -> Callable[[HttpRequest], HttpResponseBase]:
        @public
        @csrf_exempt
        @require_POST
        @wraps(hook)
        def view(request: HttpRequest) -> HttpResponse:
            secret = getattr(settings, setting)
            if not secret:
                raise Http404
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal() or int(length) > LONGEST:
                return JsonResponse({"error": f"at most {LONGEST} bytes"}, status=413)
            body = request.body
            if not signatures.is_signed(request.headers, body, secret):
                said = "the signature is not right, or too old"
                return JsonResponse({"error": said}, status=403)
            return hook(body)

        return view

    return decorate
