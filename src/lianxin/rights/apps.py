from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "lianxin.rights"
    label = "rights"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ("events", "tasks"):
            import_module(f"lianxin.rights.{room}")
