"""Pages that show several modules at once."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PagesApp(AppConfig):
    """`lianxin.pages` as an installed app."""

    name = "lianxin.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ("rail", "foot", "resident.nearby", "resident.told_elsewhere", "api.telling"):
            import_module(f"lianxin.pages.{room}")
