"""Promises with a date, an owner and a check by the resident."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PromisesApp(AppConfig):
    """`lianxin.promises` as an installed app."""

    name = "lianxin.promises"
    label = "promises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ("tasks", "events"):
            import_module(f"lianxin.promises.{room}")
