"""Addresses of the shared pages."""

from __future__ import annotations

from django.urls import path

from lianxin.ui import views

urlpatterns = [path("look/", views.look, name="look")]
