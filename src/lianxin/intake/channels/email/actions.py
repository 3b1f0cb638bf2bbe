"""Take in a mail: file it, add it to its concern, note that one of ours came back."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lianxin import files
from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.files import Unfit
from lianxin.intake import flood, receipts
from lianxin.intake.actions import (
    NewConcern,
    Receipt,
    add_rest,
    add_words,
    file_concern,
    store_file,
)
from lianxin.intake.actions.adding import LONGEST as LONGEST_ADDITION
from lianxin.intake.actions.filing import LONGEST, SHORTEST
from lianxin.intake.channels.email import queries
from lianxin.intake.channels.email.models import Mail, Outcome
from lianxin.intake.channels.email.reading import Arrived, Enclosed
from lianxin.intake.choices import Channel, Identity, ReplyMode
from lianxin.intake.events import MailBounced
from lianxin.intake.models import Attachment, Concern
from lianxin.intake.queries import resident_of
from lianxin.intake.wording import why_unfit
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.words import is_chinese
from lianxin.vault.choices import Way

MOST_FILES = 10
FILES_SECONDS = 60.0
"""How long the files of one mail may take together."""
MOST_WORDS = LONGEST + 4 * LONGEST_ADDITION
A_MINUTE = 10
"""Mails a minute that one person writes; what is above waits for a person and is not answered."""


@dataclass(frozen=True)
class Taken:
    """What became of a mail; ``left_out``: what of its files was not taken, for the sender.

    ``concern``: what it was filed as or added to.
    """

    outcome: Outcome
    mail: Arrived
    concern: Concern | None = None
    receipt: Receipt | None = None
    left_out: list[str] = field(default_factory=list)


def language_of(mail: Arrived) -> str:
    """What the sender reads, by what they write."""
    return "zh-hans" if is_chinese(mail.subject + mail.text) or not mail.text else "en"


def take_in(mail: Arrived) -> Taken:
    """Take in a mail that was read. Delivered again it changes nothing and gives the same receipt.

    What a person wrote is filed or added before this returns. Who sent a mail is sealed with its
    concern and compared with nothing.
    """
    concern = queries.concern_of(mail.token)
    if mail.bounce:
        return _bounced(mail, concern)
    if mail.automatic:
        return _noted(mail, Outcome.AUTOMATIC)
    if len(f"{mail.subject}{mail.text}".strip()) < SHORTEST and not mail.files:
        return _noted(mail, Outcome.EMPTY)
    if len(mail.text) > MOST_WORDS:
        return _noted(mail, Outcome.TOO_LONG)
    with translation.override(concern.language if concern else language_of(mail)):
        return _add(mail, concern) if concern else _file(mail)


def answered(taken: Taken) -> None:
    """The sender was told what there is to tell, or cannot be."""
    Mail.objects.filter(digest=taken.mail.digest).update(answered_at=clock.now())


def _file(mail: Arrived) -> Taken:
    kept, left_out = _keep(mail)
    words = mail.text if len(mail.text) >= SHORTEST else mail.subject
    words = words if len(words) >= SHORTEST else _("(only files, without words)")
    too_many = flood.many_from(f"mail:{mail.sender}", most=A_MINUTE)
    new = NewConcern(
        key=f"mail:{mail.digest}",
        channel=Channel.EMAIL,
        title=mail.subject,
        words=words[:LONGEST],
        # Only the intake desk sees the address: nobody asked the sender who else may.
        identity=Identity.CONFIDENTIAL,
        reply_mode=ReplyMode.ONLINE,
        contact={"email": mail.sender, "name": mail.name},
        notify="" if too_many else Way.EMAIL,
        language=language_of(mail),
        attachments=tuple(row.uuid for row in kept),
        quarantined=too_many,
    )
    with transaction.atomic():
        receipt = file_concern(new, by=ANONYMOUS)
        if receipt.fresh:
            _note(mail, Outcome.FILED, left_out=len(left_out), silent=too_many)
            filed = receipt.concern
            add_rest(filed, words=words[LONGEST:], by=resident_of(filed))
    return Taken(Outcome.FILED, mail, receipt.concern, _with_code(receipt), left_out)


def _with_code(receipt: Receipt) -> Receipt:
    """A receipt that had to wait for days still has its code: only its sender gets it."""
    concern = receipt.concern
    if receipt.code or concern.code_counter:
        return receipt
    code = receipts.code_for(concern.key, concern.uuid)
    return Receipt(concern, code, receipt.fresh, receipt.proof)


def _add(mail: Arrived, concern: Concern) -> Taken:
    if queries.is_known(mail.digest):
        return Taken(Outcome.ADDED, mail, concern)
    kept, left_out = _keep(mail)
    words = mail.text or mail.subject or _("(only files, without words)")
    with transaction.atomic():
        # One after another: the same mail handed over twice at once is added once.
        Concern.objects.select_for_update().only("pk").get(pk=concern.pk)
        if queries.is_known(mail.digest):
            return Taken(Outcome.ADDED, mail, concern)
        _note(mail, Outcome.ADDED, left_out=len(left_out))
        add_words(
            concern,
            words=words[:LONGEST_ADDITION],
            attachments=tuple(row.uuid for row in kept),
            by=resident_of(concern),
        )
        add_rest(concern, words=words[LONGEST_ADDITION:], by=resident_of(concern))
    return Taken(Outcome.ADDED, mail, concern, left_out=left_out)


def _bounced(mail: Arrived, concern: Concern | None) -> Taken:
    with transaction.atomic():
        if concern is not None:
            Concern.objects.select_for_update().only("pk").get(pk=concern.pk)
            if not queries.is_known(mail.digest):
                record(MailBounced(), subject=f"concern:{concern.pk}", by=SYSTEM.actor)
        return _noted(mail, Outcome.BOUNCED)


def _noted(mail: Arrived, outcome: Outcome) -> Taken:
    Mail.objects.get_or_create(digest=mail.digest, defaults={"outcome": outcome, "at": clock.now()})
    return Taken(outcome, mail)


def _note(mail: Arrived, outcome: Outcome, *, left_out: int, silent: bool = False) -> None:
    now = clock.now()
    told = {"outcome": outcome, "at": now, "left_out": left_out}
    told["answered_at"] = now if silent else None
    Mail.objects.update_or_create(digest=mail.digest, defaults=told)


def _keep(mail: Arrived) -> tuple[list[Attachment], list[str]]:
    """Clean copies of the files that can be taken, and what is said about the others."""
    kept: list[Attachment] = []
    left_out: list[str] = []
    if queries.is_known(mail.digest):
        return kept, left_out
    until = time.monotonic() + FILES_SECONDS
    for number, file in enumerate(mail.files, start=1):
        name = file.name or _("file %(number)d") % {"number": number}
        if number > MOST_FILES:
            left_out.append(_("%(name)s: too many files") % {"name": name})
            continue
        try:
            kept.append(_stored(file, until))
        except Unfit as unfit:
            left_out.append(f"{name}: {why_unfit(unfit)}")
    return kept, left_out[: 2 * MOST_FILES]


def _stored(file: Enclosed, until: float) -> Attachment:
    with tempfile.TemporaryFile() as source:
        source.write(file.content)
        source.seek(0)
        return store_file(files.clean(source, until=until))


def forget_mails() -> int:
    """Remove what is kept of mails for telling them from new ones; how many rows that were."""
    old = Mail.objects.filter(at__lt=clock.now() - KEPT)
    return old.delete()[0]


KEPT = timedelta(days=365)
"""No mail server delivers again after days; a year is for figures."""
