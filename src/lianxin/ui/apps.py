"""Registers the shared pages with Django."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "lianxin.ui"
    label = "ui"
