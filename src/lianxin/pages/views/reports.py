"""The hook of the bridge for numbers: a text message did not reach the telephone 短信回执."""

from __future__ import annotations

import json

from django.http import HttpResponse, JsonResponse

from lianxin import access
from lianxin.vault import actions as vault
from lianxin.vault.choices import Way

LONGEST_REF = 20


@access.signed("RELAY_REPORT_SECRET")
def report(body: bytes) -> HttpResponse:
    """`{"ref": "<as we sent it>", "delivered": false}`, signed with LIANXIN_RELAY_REPORT_SECRET.

    The answer to one that is unknown, or known already, is the same. `delivered: true` changes
    nothing: what was taken counts as gone.
    """
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
