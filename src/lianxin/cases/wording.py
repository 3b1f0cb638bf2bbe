"""Sentences the system itself writes into a case."""

from __future__ import annotations

from django.utils.translation import gettext as _


def supervision_basis(kind: str) -> str:
    """Why the system stepped in, for each kind of missed date."""
    return {
        "milestone": _("A promised step of the timetable is late."),
        "sign": _("Nobody signed for the case in time."),
        "handling": _("The limit for the reply has passed."),
        "rework": _("The limit for the rework has passed."),
        "report": _("The promised progress report is late."),
        "reworks": _("The case has been redone more often than the rules allow."),
    }[kind]
