"""Report back 回: replies."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RepliesApp(AppConfig):
    """`lianxin.replies` as an installed app."""

    name = "lianxin.replies"
    label = "replies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ("events", "tasks"):
            import_module(f"lianxin.replies.{room}")
