"""The say of a person over name and number: sealed anew or erased (PIPL art. 46, 47)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake import events, proofs
from lianxin.intake.actions.files import remove_authority
from lianxin.intake.channels.email.queries import new_token
from lianxin.intake.choices import Identity, ReplyMode
from lianxin.intake.models import Chat, Concern, MailThread, NoticeChoice
from lianxin.journal.actions import record
from lianxin.kernel.problems import Problem
from lianxin.vault import actions as vault
from lianxin.vault import queries as sealed

LIMITS = {"name": 40, "phone": 40, "email": 120, "address": 200, "wechat": 64}


def correct_contact(concern: Concern, *, fields: Mapping[str, str], by: Viewer) -> None:
    """Seal these fields anew; what was sealed under them before is gone. Others stay as they are.

    Nothing to put in, something too long, or somebody who chose to stay anonymous is a Problem.
    """
    given = {name: text.strip() for name, text in fields.items() if text.strip()}
    if concern.identity == Identity.ANONYMOUS:
        raise Problem(_("You chose anonymous: leave name and number empty."))
    if not given:
        raise Problem(_("Write what has changed; leave the rest empty."))
    long = {name: LIMITS[name] for name, text in given.items() if len(text) > LIMITS[name]}
    if long:
        text = _("This is longer than %(limit)s characters.")
        raise Problem.several({name: [text % {"limit": most}] for name, most in long.items()})
    with transaction.atomic():
        _hold(concern)
        vault.reseal(concern.uuid, fields=given)
        if "email" in given:
            MailThread.objects.get_or_create(concern=concern, defaults={"token": new_token()})
        record(
            events.ContactCorrected(tuple(sorted(given))),
            subject=f"concern:{concern.pk}",
            by=by.actor,
        )


def erase_contact(
    concern: Concern, *, why: Literal["asked", "time_over"], by: Viewer
) -> proofs.Proof | None:
    """Remove everything sealed of a concern for good; the proof of it, None if nothing was there.

    From then on nobody can call or write and no notice goes out: the answer waits for the query
    code.
    """
    with transaction.atomic():
        _hold(concern)
        if not _erase(concern, by=by):
            return None
        # Not the words of the person: how the answer reaches them is no part of the proof.
        Concern.objects.filter(pk=concern.pk).update(reply_mode=ReplyMode.ONLINE)
        NoticeChoice.objects.filter(concern=concern).delete()
        MailThread.objects.filter(concern=concern).delete()
        Chat.objects.filter(concern=concern).update(account=None)
        entry = record(events.ContactErased(why), subject=f"concern:{concern.pk}", by=by.actor)
    concern.reply_mode = ReplyMode.ONLINE
    return proofs.proof_of(entry)


def _erase(concern: Concern, *, by: Viewer) -> bool:
    """The one place where the vault is told to erase; whether there was anything."""
    if not sealed.every_field(concern.uuid):
        return False
    vault.erase(concern.uuid, by=by.actor, subject=f"concern:{concern.pk}")
    remove_authority(concern)
    return True


def _hold(concern: Concern) -> None:
    """One after another: two corrections at once must not leave two numbers."""
    Concern.objects.select_for_update().only("pk").get(pk=concern.pk)
