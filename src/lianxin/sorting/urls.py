"""The addresses of the guide and of the dispatch catalogue."""

from __future__ import annotations

from django.urls import path

from lianxin.sorting.views import desk, guide

urlpatterns = [
    path("where/", guide.where, name="where"),
    path("where/<slug:name>/", guide.where, name="where_step"),
    path("desk/catalogue/", desk.catalogue, name="catalogue"),
    path("desk/catalogue/<str:code>/", desk.line, name="catalogue_line"),
]
