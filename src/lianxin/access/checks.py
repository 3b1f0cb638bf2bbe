"""System checks: every URL declares who may reach it, and something enforces it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import get_resolver

from lianxin.access.rules import without_rule

MIDDLEWARE = "lianxin.access.middleware.AccessMiddleware"


def every_url_has_a_rule(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[CheckMessage]:
    """access.E001: a view without a rule. access.E002: the middleware is not installed."""
    del app_configs, options  # the URLs are of the whole project
    found: list[CheckMessage] = []
    if MIDDLEWARE not in settings.MIDDLEWARE:
        found.append(Error(f"{MIDDLEWARE} is missing from MIDDLEWARE.", id="access.E002"))
    if not getattr(settings, "ROOT_URLCONF", None):
        return found
    found += [
        Error(
            f"/{route} ({view}) does not say who may reach it.",
            hint="Mark the view with @access.public, @access.resident or @access.staff(...), "
            "or name it in access.declare().",
            id="access.E001",
        )
        for route, view in without_rule(get_resolver().url_patterns)
    ]
    return found
