"""Act 办: cases and their states."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CasesApp(AppConfig):
    """`lianxin.cases` as an installed app."""

    name = "lianxin.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in (
            "tasks",
            "policy",
            "events",
            "notify",
            "identity_news",
            "resident_news",
            "digest",
        ):
            import_module(f"lianxin.cases.{room}")
