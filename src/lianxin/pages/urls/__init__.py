"""The addresses of the pages that show several modules at once.

Those for programs stand in ``open311`` and ``api`` and are looked at first, see `config.urls`.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"lianxin.pages.urls.{part}"))
    for part in ("public", "desk")
    if find_spec(f"lianxin.pages.urls.{part}")
]
