"""What is wrong, as a program can read it: problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

TYPE = "application/problem+json"
PREFIX = "/api/"
URN = "urn:lianxin:problem:"
KINDS = (
    "fields", "unknown-fields", "key-missing", "key-used", "scope", "not-now", "step-up",
    "read-only", "work",
)  # fmt: skip
"""What is told apart beyond the status: the last part of ``type``; docs/how/use-the-api.md."""


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - reads as what it is
    """Why a request is not answered as asked. ``errors``: (field, message) pairs."""

    status: int
    detail: str
    kind: str = ""
    errors: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def answer(refusal: Refusal) -> HttpResponse:
    """The answer that tells of it."""
    assert not refusal.kind or refusal.kind in KINDS
    body: dict[str, Any] = {
        "type": URN + refusal.kind if refusal.kind else "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if refusal.errors:
        body["errors"] = [{"field": name, "message": text} for name, text in refusal.errors]
    return HttpResponse(
        json.dumps(body | dict(refusal.more), ensure_ascii=False),
        status=refusal.status,
        content_type=TYPE,
        headers={"Cache-Control": "no-store", **refusal.headers},
    )
