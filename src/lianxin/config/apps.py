"""What only the layer that knows every module can say."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """`lianxin.config` as an installed app."""

    name = "lianxin.config"
    label = "config"

    def ready(self) -> None:
        """Declare who may ask for the addresses of a module that stands beside `access`."""
        from lianxin import access

        access.declare({"look": "public"})
