"""Whether and by which way a person is told of news: their choice, for each concern."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake.actions.contact import correct_contact
from lianxin.intake.events import NoticesChosen
from lianxin.intake.models import Concern, NoticeChoice
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.vault import queries as vault
from lianxin.vault.choices import FIELD_OF, Way


def choose_notices(concern: Concern, *, way: str, contact: Mapping[str, str], by: Viewer) -> None:
    """Tell the person by this way from now on; empty: not at all.

    ``contact``: number, address or account to seal first, where it is not sealed yet or has
    changed. Raises Problem at `notify`, `phone` or `email`.
    """
    given = {name: text for name, text in contact.items() if text.strip()}
    known = dict.fromkeys(vault.every_field(concern.uuid), "sealed") | given
    if way and (fault := cannot_notify(way, known)):
        raise Problem(fault[1], field=fault[0])
    with transaction.atomic():
        if given:
            correct_contact(concern, fields=given, by=by)
        if way:
            NoticeChoice.objects.update_or_create(
                concern=concern, defaults={"way": way, "chosen_at": clock.now()}
            )
        else:
            NoticeChoice.objects.filter(concern=concern).delete()
        record(NoticesChosen(way), subject=f"concern:{concern.pk}", by=by.actor)


def cannot_notify(way: str, contact: Mapping[str, str]) -> tuple[str, str] | None:
    """The field and the words of what is missing for a way; None when nothing is."""
    if way not in vault.ways_of_notice():
        return "notify", _("This way is not open here.")
    if contact.get(FIELD_OF[Way(way)], "").strip():
        return None
    if way == Way.WECHAT:
        return "notify", _("Send our WeChat account the words on this page first.")
    if way == Way.EMAIL:
        return "email", _("Please leave the e-mail address to which we shall write.")
    return "phone", _("Please leave the number to which we shall write.")
