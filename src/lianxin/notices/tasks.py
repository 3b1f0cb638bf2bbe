"""Sending mail to staff, and what staff are told of the installation itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lianxin.journal.alarm import Broken
from lianxin.journal.outbox import handles
from lianxin.journal.periodic import every
from lianxin.notices import actions
from lianxin.people import queries as people
from lianxin.people.roles import Role

if TYPE_CHECKING:
    from lianxin.journal.models import Entry


@handles(Broken, name="notices.journal_broken")
def tell_auditors(entries: list[Entry]) -> None:
    """Tell every auditor that the journal is not as it was written."""
    for _entry in entries:
        actions.tell(
            people.ids_with(Role.AUDITOR),
            "journal",
            _("The journal is not as it was written. Staff can only read until you have looked."),
            link="/desk/journal/",
            urgent=True,
        )


@every(seconds=60, name="notices.urgent")
def send_urgent() -> None:
    """Send what cannot wait."""
    actions.send_urgent()


@every(seconds=300, name="notices.digests", at_most=3_600)
def send_digests() -> None:
    """Send today's digests to those who have not had theirs yet."""
    actions.send_digests()
