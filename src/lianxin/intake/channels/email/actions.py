"""Take in a mail: file it, add it to its concern, note that one of ours came back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lianxin import files
from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.files import Unfit
from lianxin.intake.actions import NewConcern, Receipt, add_words, file_concern, store_file
from lianxin.intake.actions.adding import LONGEST as LONGEST_ADDITION
from lianxin.intake.actions.filing import LONGEST, SHORTEST
from lianxin.intake.channels.email import queries
from lianxin.intake.channels.email.models import Mail, Outcome
from lianxin.intake.channels.email.reading import Arrived, Enclosed
from lianxin.intake.choices import Channel, Identity, ReplyMode
from lianxin.intake.events import MailBounced
from lianxin.intake.models import Attachment, Concern
from lianxin.intake.queries import resident_of
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.words import is_chinese
from lianxin.vault.choices import Way
from lianxin.vault.queries import ways_of_notice

MOST_FILES = 10


@dataclass(frozen=True)
class Taken:
    """What became of a mail; ``left_out``: what of its files was not taken, for the sender."""

    outcome: Outcome
    mail: Arrived
    receipt: Receipt | None = None
    left_out: list[str] = field(default_factory=list)
    again: bool = False


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
    if mail.automatic or not mail.sender:
        return _noted(mail, Outcome.AUTOMATIC)
    if len(f"{mail.subject}{mail.text}".strip()) < SHORTEST and not mail.files:
        return _noted(mail, Outcome.EMPTY)
    if concern is not None:
        return _add(mail, concern)
    return _file(mail)


def _file(mail: Arrived) -> Taken:
    language = language_of(mail)
    with translation.override(language):
        kept, left_out = _keep(mail.files)
        words = mail.text if len(mail.text) >= SHORTEST else mail.subject
        words = words if len(words) >= SHORTEST else _("(only files, without words)")
        new = NewConcern(
            key=f"mail:{mail.digest}",
            channel=Channel.EMAIL,
            title=mail.subject,
            words=words[:LONGEST],
            # Only the intake desk sees the address: nobody asked the sender who else may.
            identity=Identity.CONFIDENTIAL,
            reply_mode=ReplyMode.ONLINE,
            contact={"email": mail.sender, "name": mail.name},
            notify=Way.EMAIL if Way.EMAIL in ways_of_notice() else "",
            language=language,
            attachments=tuple(row.uuid for row in kept),
        )
        with transaction.atomic():
            receipt = file_concern(new, by=ANONYMOUS)
            if receipt.fresh:
                _note(mail, Outcome.FILED)
                _rest(receipt.concern, words[LONGEST:])
    return Taken(Outcome.FILED, mail, receipt, left_out, again=not receipt.fresh)


def _add(mail: Arrived, concern: Concern) -> Taken:
    if queries.is_known(mail.digest):
        return Taken(Outcome.ADDED, mail, again=True)
    with translation.override(concern.language):
        kept, left_out = _keep(mail.files)
        words = mail.text or mail.subject or _("(only files, without words)")
    try:
        with transaction.atomic():
            _note(mail, Outcome.ADDED)
            add_words(
                concern,
                words=words[:LONGEST_ADDITION],
                attachments=tuple(row.uuid for row in kept),
                by=resident_of(concern),
            )
            _rest(concern, words[LONGEST_ADDITION:])
    except IntegrityError:
        if not queries.is_known(mail.digest):
            raise
        return Taken(Outcome.ADDED, mail, again=True)
    return Taken(Outcome.ADDED, mail, left_out=left_out)


def _rest(concern: Concern, words: str) -> None:
    """What is longer than one field stands in the next."""
    for begin in range(0, len(words), LONGEST_ADDITION):
        piece = words[begin : begin + LONGEST_ADDITION]
        if piece.strip():
            add_words(concern, words=piece, by=resident_of(concern))


def _bounced(mail: Arrived, concern: Concern | None) -> Taken:
    if concern is None or queries.is_known(mail.digest):
        return _noted(mail, Outcome.BOUNCED)
    with transaction.atomic():
        _note(mail, Outcome.BOUNCED)
        record(MailBounced(), subject=f"concern:{concern.pk}", by=SYSTEM.actor)
    return Taken(Outcome.BOUNCED, mail)


def _noted(mail: Arrived, outcome: Outcome) -> Taken:
    _row, fresh = Mail.objects.get_or_create(
        digest=mail.digest, defaults={"outcome": outcome, "at": clock.now()}
    )
    return Taken(outcome, mail, again=not fresh)


def _note(mail: Arrived, outcome: Outcome) -> None:
    Mail.objects.create(digest=mail.digest, outcome=outcome, at=clock.now())


def _keep(enclosed: tuple[Enclosed, ...]) -> tuple[list[Attachment], list[str]]:
    """Clean copies of the files that can be taken, and what is said about the others."""
    kept: list[Attachment] = []
    left_out: list[str] = []
    for number, file in enumerate(enclosed, start=1):
        name = file.name or _("file %(number)d") % {"number": number}
        if len(kept) >= MOST_FILES:
            left_out.append(
                _("%(name)s: at most %(most)d files") % {"name": name, "most": MOST_FILES}
            )
            continue
        with tempfile.TemporaryFile() as source:
            source.write(file.content)
            source.seek(0)
            try:
                kept.append(store_file(files.clean(source)))
            except Unfit as unfit:
                left_out.append(f"{name}: {_reason(unfit)}")
    return kept, left_out


def _reason(unfit: Unfit) -> str:
    return {
        "too_large": _("it is too large"),
        "too_long": _("it is too long"),
        "protected": _("it is locked with a password"),
        "damaged": _("it cannot be opened"),
        "too_slow": _("it took too long to open"),
    }.get(unfit.fault, _("photos, PDF, recordings and films can be taken, this cannot"))


def is_open() -> bool:
    """Whether mails are taken in here."""
    return bool(settings.MAIL_ADDRESS)
