from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel import clock
from lianxin.notices.carriers import Service
from lianxin.vault.choices import News, Way
from lianxin.vault.templates import LONGEST

LANGUAGES = (("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English"))
"""What residents read; each is called by its own name."""


class Message(models.Model):
    """One thing a member of staff should know, on their own page from `created` on.

    `sent_at`: went out by e-mail, either at once (urgent) or with the digest of `digest_on`.
    """

    recipient = models.ForeignKey(
        "people.User",
        models.CASCADE,
        related_name="messages",
        verbose_name=_("recipient"),
        db_index=False,
    )
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    link = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    created = models.DateTimeField(default=clock.now)
    digest_on = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("message")
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="message_inbox"),
            models.Index(
                fields=["recipient"], name="message_unsent", condition=models.Q(sent_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Digest(models.Model):
    """The one e-mail a person gets a day. `sent_at` with `lines` 0: there was nothing to say."""

    recipient = models.ForeignKey("people.User", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    lines = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "day"], name="digest_once_a_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["day", "sent_at"], name="digest_day")]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.day}"


class Notice(models.Model):
    """One thing that a resident should hear of 告知, until a notice about it has gone.

    ``subject``: as in the journal. What became of the notice itself stands in the vault's letter.
    """

    subject = models.CharField(max_length=64)
    news = models.CharField(max_length=10, choices=News.choices)
    created = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="notice_news", condition=models.Q(news__in=News.values))
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="notice_due"),
            models.Index(fields=["subject"], name="notice_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.news} about {self.subject}"


class Carrier(models.Model):
    """The robot of a work chat by which somebody of staff, or a unit, is told of something.

    ``sealed``: its key, with the database alone not to be read. It counts once ``confirmed_at`` is
    set: whoever put it in typed the number that was sent there (``number_mac``, for some minutes).
    ``told_upto``: the last message a person was told of there.
    """

    user = models.OneToOneField("people.User", models.CASCADE, null=True, related_name="carrier")
    unit = models.OneToOneField("people.Unit", models.CASCADE, null=True, related_name="carrier")
    service = models.CharField(max_length=10, choices=Service.choices)
    sealed = models.BinaryField()
    number_mac = models.CharField(max_length=64, blank=True)
    number_until = models.DateTimeField(null=True, blank=True)
    number_tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told_upto = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    failed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="carrier_service", condition=models.Q(service__in=Service.values)
            ),
            models.CheckConstraint(
                name="carrier_one_owner",
                condition=models.Q(user__isnull=False, unit__isnull=True)
                | models.Q(user__isnull=True, unit__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} of {self.owner}"

    @property
    def owner(self) -> str:
        """Whose it is, as in the journal."""
        return f"user:{self.user_id}" if self.user_id else f"unit:{self.unit_id}"


class Wording(models.Model):
    """In which words a unit and those below it tell a resident of news 通知用语.

    One for each way and language. Who changed it when stands in the journal.
    """

    unit = models.ForeignKey("people.Unit", models.CASCADE, related_name="+", db_index=False)
    way = models.CharField(max_length=10, choices=Way.choices)
    language = models.CharField(max_length=10, choices=LANGUAGES)
    text = models.CharField(max_length=LONGEST)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "way", "language"], name="wording_once"),
            models.CheckConstraint(
                name="wording_way", condition=models.Q(way__in=["email", "sms", "wechat"])
            ),
            models.CheckConstraint(
                name="wording_language",
                condition=models.Q(language__in=[code for code, _name in LANGUAGES]),
            ),
            models.CheckConstraint(name="wording_text", condition=~models.Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.language} of {self.unit_id}"
