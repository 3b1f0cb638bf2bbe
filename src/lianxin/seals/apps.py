from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SealsApp(AppConfig):
    """`lianxin.seals` as an installed app."""

    name = "lianxin.seals"
    label = "seals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ("events", "tasks", "rail"):
            import_module(f"lianxin.seals.{room}")
