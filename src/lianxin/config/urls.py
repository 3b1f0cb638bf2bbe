"""The addresses of the whole product; each module keeps its own list."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

PROGRAMS = {"open311/": "lianxin.pages.urls.open311", "api/": "lianxin.pages.urls.api"}
"""Looked at before a hundred others, which costs a program an eighth of filing a concern."""
MODULES = ("intake", "pages", "ui", "people", "seals", "sorting", "cases", "replies", "appraisal")

urlpatterns: list[URLPattern | URLResolver] = [
    path(beginning, include(module)) for beginning, module in PROGRAMS.items()
]
urlpatterns += [
    path("", include(f"lianxin.{module}.urls"))
    for module in MODULES
    if find_spec(f"lianxin.{module}.urls")
]

handler500 = "lianxin.config.unavailable.server_error"
