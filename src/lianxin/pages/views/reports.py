"""The hook of the bridge for numbers: a text message did not reach the telephone 短信回执."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lianxin import access
from lianxin.kernel import signatures
from lianxin.vault import actions as vault
from lianxin.vault.choices import Way

LONGEST = 4_096
"""Bytes of one report."""
LONGEST_REF = 20


@access.public
@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """`{"ref": "<as we sent it>", "delivered": false}`, signed with LIANXIN_RELAY_REPORT_SECRET.

    The answer to one that is unknown, or known already, is the same. `delivered: true` changes
    nothing: what was taken counts as gone.
    """
    if not settings.RELAY_REPORT_SECRET:
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST:
        return JsonResponse({"error": f"at most {LONGEST} bytes"}, status=413)
    body = request.body
    if not signatures.is_signed(request.headers, body, settings.RELAY_REPORT_SECRET):
        return JsonResponse({"error": "the signature is not right, or too old"}, status=403)
    told = _read(body)
    if told is None:
        wanted = '{"ref": "<as we sent it>", "delivered": true or false}'
        return JsonResponse({"error": f"wanted: {wanted}"}, status=400)
    ref, delivered = told
    if not delivered:
        vault.returned(Way.SMS, ref)
    return JsonResponse({"ok": True})


def _read(body: bytes) -> tuple[str, bool] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    ref, delivered = (
        (told.get("ref"), told.get("delivered")) if isinstance(told, dict) else (None, None)
    )
    if not isinstance(ref, str) or not isinstance(delivered, bool):
        return None
    fine = ref.isascii() and ref.isdecimal() and len(ref) <= LONGEST_REF
    return (ref, delivered) if fine else None
