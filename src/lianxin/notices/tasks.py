"""Sending mail to staff, and telling them of their sign-in and of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lianxin.journal.alarm import Broken
from lianxin.journal.outbox import handles
from lianxin.journal.periodic import every
from lianxin.notices import actions, pushing, residents
from lianxin.people import queries as people
from lianxin.people.events import PasswordSet, SecondFactorChanged, SecondFactorReset
from lianxin.people.roles import Role

if TYPE_CHECKING:
    from lianxin.journal.models import Entry

SIGN_IN = {
    SecondFactorReset.name: _(
        "The security administrator reset your second step at signing in. Was it not you who asked "
        "for it? Tell the auditor at once."
    ),
    SecondFactorChanged.name: _(
        "Your second step at signing in was changed. Was it not you? Tell the security "
        "administrator at once."
    ),
    PasswordSet.name: _(
        "Your password was changed. Was it not you? Tell the security administrator at once."
    ),
}


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


@every(seconds=60, name="notices.residents")
def send_notices() -> None:
    """Tell residents that there is news."""
    residents.send_notices()


@every(seconds=60, name="notices.pushes", at_most=1_800)
def push_messages() -> None:
    """Tell staff in their work chats, and units in their duty chats, that there is something."""
    pushing.push_messages()
    pushing.push_worklists()


@every(seconds=300, name="notices.digests", at_most=3_600)
def send_digests() -> None:
    """Send today's digests to those who have not had theirs yet."""
    actions.send_digests()


@handles(SecondFactorReset, SecondFactorChanged, PasswordSet, name="notices.sign_in")
def tell_of_sign_in(entries: list[Entry]) -> None:
    """Whoever's sign-in it is hears of the change, within minutes and outside the product."""
    for entry in entries:
        user = int(entry.subject.removeprefix("user:"))
        actions.tell([user], "sign_in", SIGN_IN[entry.event], urgent=True)
