from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class AccessConfig(AppConfig):
    """Permissions: viewers, policies' answers, scopes and the rule of every URL."""

    name = "lianxin.access"
    label = "access"

    def ready(self) -> None:
        from lianxin.access.checks import every_url_has_a_rule

        checks.register(every_url_has_a_rule, checks.Tags.security)
