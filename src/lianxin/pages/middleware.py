"""While the journal is not as it was written, staff read and do not write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from lianxin.access import rules
from lianxin.journal import alarm

READING = ("GET", "HEAD", "OPTIONS")
ALWAYS = {"register", "register_door", "kept_register", "box_open", "journal_lift"}
"""Taking down what a resident says is never stopped, nor is lifting the alarm."""
SIGNING_IN = ("account_", "mfa_")


class ReadOnlyMiddleware:
    """Answers what staff send with a page that says why it is not taken now.

    Residents and the public never come here: only views with a staff rule are asked about.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _args: Sequence[Any],
        _kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        rule = rules.rule_of(view, name)
        if request.method in READING or rule is None or rule.kind != "staff":
            return None
        if name in ALWAYS or name.startswith(SIGNING_IN) or not alarm.is_on():
            return None
        return render(request, "pages/desk/read_only.html", status=503)
