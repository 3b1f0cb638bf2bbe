"""Add to a concern that is already filed."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake import events
from lianxin.intake.actions.sealing import seal_files, sealed_like
from lianxin.intake.models import Addition, Attachment, Concern
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem

LONGEST = 5_000


def add_rest(concern: Concern, *, words: str, by: Viewer) -> None:
    """What is longer than one field stands in the next; nothing when it is empty."""
    for begin in range(0, len(words), LONGEST):
        piece = words[begin : begin + LONGEST]
        if piece.strip():
            add_words(concern, words=piece, by=by)


def add_words(
    concern: Concern,
    *,
    words: str,
    attachments: tuple[uuid.UUID, ...] = (),
    helped: bool = False,
    by: Viewer,
) -> Addition:
    """Add words and files; the first words stay as they are. Too long or empty is a Problem.

    To a sealed concern they are added sealed.
    """
    words = words.strip()
    if not words:
        raise Problem(_("Please write what you want to add."), "words")
    if len(words) > LONGEST:
        raise Problem(_("This is longer than %(limit)s characters.") % {"limit": LONGEST}, "words")
    with transaction.atomic():
        kept, sealed, keys = sealed_like(concern, words)
        addition = Addition.objects.create(
            concern=concern, words=kept, sealed=sealed, added_at=clock.now(),
            by_resident=by.user_id is None,
        )  # fmt: skip
        waiting = Attachment.objects.filter(uuid__in=attachments, concern__isnull=True)
        attached = waiting.update(concern=concern)
        if keys:
            seal_files(Attachment.objects.filter(concern=concern, sealed=False), to=keys)
        record(
            events.WordsAdded(addition.pk, attached, helped),
            subject=f"concern:{concern.pk}",
            by=by.actor,
        )
    return addition
