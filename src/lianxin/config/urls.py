"""The addresses of the whole product; each module keeps its own list."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

MODULES = ("intake", "pages", "ui", "people", "seals", "sorting", "cases", "replies", "appraisal")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"lianxin.{module}.urls"))
    for module in MODULES
    if find_spec(f"lianxin.{module}.urls")
]

handler500 = "lianxin.config.unavailable.server_error"
