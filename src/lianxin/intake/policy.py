"""May this file be opened."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.intake.choices import Scan
from lianxin.intake.models import Attachment
from lianxin.people.roles import Role

TAKE_DOWN = (Role.INTAKE_CLERK, Role.DISPATCHER, Role.COMMUNITY_SECRETARY)
"""They take down what somebody says."""


def may_open(viewer: Viewer, attachment: Attachment) -> Answer:
    """Whether somebody who sees the concern may open this file of it.

    What the scanner found something in, nobody; what it has not looked at, no staff, where there
    is a scanner. What is sealed, whoever has unlocked their key; it is looked at when it is opened.
    """
    if attachment.sealed and not viewer.unlocked:
        return Denied(_("This file is sealed. Only the receiver opens it."))
    found = attachment.scan
    early = found == Scan.NOT_YET and not attachment.sealed
    wait = bool(settings.CLAMD) and viewer.signed_in and early
    return of_scan(found) if wait or found == Scan.INFECTED else Allowed()


def of_scan(found: str) -> Denied:
    """What is said of a file that may not be opened."""
    if found == Scan.INFECTED:
        return Denied(_("The virus scanner found something in this file. It stays closed."))
    return Denied(
        _("This file has not been checked for viruses yet. It opens as soon as that is done.")
    )
