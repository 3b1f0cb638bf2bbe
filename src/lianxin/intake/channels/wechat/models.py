"""What only WeChat knows, each row for hours: what somebody is about to say, and what came."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    """What one message of a talk brought."""

    WORDS = "words"
    PHOTO = "photo"
    VOICE = "voice"
    PLACE = "place"


class Chat(models.Model):
    """What a person is about to send us: until they say so, nothing of it is filed.

    ``person``: a keyed hash of their openid, by which the next message finds it; ``account``: the
    openid itself, sealed, while somebody may have to be told something. With a ``concern`` it was
    sent: ``closed_by`` is the order of the message that said so, and the row waits some minutes
    for what was said before and comes late.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.CharField(max_length=64)
    account = models.BinaryField(null=True, editable=False)
    until = models.DateTimeField()
    closed_by = models.CharField(max_length=40, blank=True)
    concern = models.OneToOneField(
        "intake.Concern", models.PROTECT, null=True, blank=True, related_name="chat"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="chat_one_a_person", condition=Q(concern__isnull=True)
            ),
            models.CheckConstraint(
                name="chat_closed_whole",
                condition=Q(concern__isnull=True, closed_by="", account__isnull=False)
                | Q(concern__isnull=False) & ~Q(closed_by=""),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "closed_by"], name="chat_of_person"),
            models.Index(fields=["until"], name="chat_until"),
        ]

    def __str__(self) -> str:
        return f"chat until {self.until:%Y-%m-%d %H:%M}"


class Piece(models.Model):
    """One message of a chat, sealed: words, a place, or the name of a file at WeChat.

    ``due_at``: when the file is fetched next; empty when there is nothing to fetch any more.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="pieces", db_index=False)
    order = models.CharField(max_length=40)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    said = models.BinaryField()
    attachment = models.ForeignKey(
        "intake.Attachment", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="piece_kind", condition=Q(kind__in=Kind.values)),
        ]
        indexes = [
            models.Index(fields=["chat", "order"], name="piece_order"),
            models.Index(fields=["due_at"], name="piece_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of chat {self.chat_id}"


class Heard(models.Model):
    """That a message came, by a keyed hash, and what was answered, sealed: it may come again."""

    digest = models.CharField(max_length=64, unique=True)
    answer = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="heard_recent")]

    def __str__(self) -> str:
        return f"heard {self.at:%Y-%m-%d %H:%M}"
