"""The addresses of the dispatch catalogue."""

from __future__ import annotations

from django.urls import path

from lianxin.sorting.views import desk

urlpatterns = [
    path("desk/catalogue/", desk.catalogue, name="catalogue"),
    path("desk/catalogue/<str:code>/", desk.line, name="catalogue_line"),
]
