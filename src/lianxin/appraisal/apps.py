"""Be judged 评: what residents think of the result."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AppraisalApp(AppConfig):
    """`lianxin.appraisal` as an installed app."""

    name = "lianxin.appraisal"
    label = "appraisal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ("tasks",):
            import_module(f"lianxin.appraisal.{room}")
