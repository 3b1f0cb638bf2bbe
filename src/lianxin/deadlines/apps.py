"""The app of this module; registers its system check."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class DeadlinesConfig(AppConfig):
    """`lianxin.deadlines` as an installed app."""

    name = "lianxin.deadlines"
    label = "deadlines"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lianxin.deadlines import queries
        from lianxin.deadlines.checks import the_calendar_reaches_far_enough
        from lianxin.ui import moments

        moments.use_calendar(queries.calendar)
        checks.register(the_calendar_reaches_far_enough, checks.Tags.database)
