"""What only e-mail knows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    """What became of a mail that came."""

    FILED = "filed", pgettext_lazy("mail", "a new concern")
    ADDED = "added", pgettext_lazy("mail", "added to a concern")
    BOUNCED = "bounced", pgettext_lazy("mail", "one of ours came back")
    AUTOMATIC = "automatic", pgettext_lazy("mail", "written by a machine, left alone")
    EMPTY = "empty", pgettext_lazy("mail", "without words; the sender is told")
    TOO_LONG = "too_long", pgettext_lazy("mail", "too long; the sender is told")


class MailThread(models.Model):
    """By which address mails about one concern find it: ``token`` is the part behind the plus.

    A mail is never matched by its subject or its sender.
    """

    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="mail_thread")
    token = models.CharField(max_length=16, unique=True)

    def __str__(self) -> str:
        return f"mails about concern {self.concern_id}"


class Mail(models.Model):
    """That a mail came, once however often it is delivered: no address of it and no words.

    ``digest`` is the SHA-256 of what stays the same when it is delivered again; ``answered_at``:
    its sender was told, or cannot be; ``left_out`` of its files were not taken.
    """

    digest = models.CharField(max_length=64, unique=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    left_out = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="mail_outcome", condition=Q(outcome__in=Outcome.values))
        ]
        indexes = [models.Index(fields=["at"], name="mail_recent")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"
