"""Listen 听: what residents say, in their own words."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class IntakeApp(AppConfig):
    """`lianxin.intake` as an installed app."""

    name = "lianxin.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in (
            "channels.doors",
            "channels.api.events",
            "channels.box.digest",
            "channels.call.digest",
            "channels.call.reaching",
            "channels.open311.events",
            "channels.reception.reaching",
            "tasks",
            "rail",
        ):
            import_module(f"lianxin.intake.{room}")
