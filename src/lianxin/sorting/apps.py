"""Sort 理: category, duplicates, dispatch."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SortingApp(AppConfig):
    """`lianxin.sorting` as an installed app."""

    name = "lianxin.sorting"
    label = "sorting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("lianxin.sorting.events")
