from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from lianxin.kernel import clock
from lianxin.vault.choices import Decision, Purpose, Verdict, Way


class Entry(models.Model):
    """One sealed field of one owner. The row's own id is bound into the ciphertext."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.UUIDField()
    field = models.CharField(max_length=40)
    suite = models.CharField(max_length=40)
    key_id = models.CharField(max_length=16)
    ciphertext = models.BinaryField()
    created = models.DateTimeField(default=clock.now)
    shred_after = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes: ClassVar = [
            models.Index(fields=["owner", "field", "created"], name="vault_owner"),
            models.Index(
                fields=["shred_after"],
                name="vault_shred",
                condition=models.Q(shred_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.owner}"


class Request(models.Model):
    """Somebody asks to see who a person is, and a second person answers.

    People are user ids: the vault stands below `people`. ``emergency``: opened without waiting,
    and looked at afterwards. Pages name it by its ``uuid``: gaps between ids tell of others.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=64)
    owner = models.UUIDField()
    fields = models.JSONField()
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    reason = models.CharField(max_length=500)
    requester = models.BigIntegerField()
    emergency = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    reviewed_by = models.BigIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="request_purpose", condition=Q(purpose__in=Purpose.values)),
            models.CheckConstraint(
                name="request_decided_whole",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | Q(
                    decision__in=Decision.values,
                    emergency=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="request_second_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requester")),
            ),
            models.CheckConstraint(
                name="request_reviewed_whole",
                condition=Q(verdict="", reviewed_by=None, reviewed_at=None)
                | Q(
                    verdict__in=Verdict.values,
                    emergency=True,
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="request_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("requester")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "asked_at"], name="request_subject"),
            models.Index(
                fields=["asked_at"],
                name="request_waiting",
                condition=Q(decision="", verdict=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requester} about {self.subject}"


class Opening(models.Model):
    """A record of the journal that was used to open something: once, and never again."""

    record = models.BigIntegerField(unique=True)
    request = models.ForeignKey(
        Request, models.PROTECT, null=True, related_name="openings", db_index=False
    )
    number = models.PositiveSmallIntegerField(null=True)
    actor = models.CharField(max_length=64)
    shown = models.BooleanField()
    compared = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="opening_each_view_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["actor", "at"], name="opening_shown_to", condition=Q(shown=True)),
            models.Index(
                fields=["actor", "at"], name="opening_compared_by", condition=Q(compared=True)
            ),
        ]

    def __str__(self) -> str:
        return f"record {self.record}"


class Letter(models.Model):
    """What was sent to a resident whose address nobody sees; for a call without words.

    Without ``sender`` it is a notice, whose words follow from its kind. ``failure`` is a kind of
    error, never its message: that may quote the address. ``carrier_ref``: by which name the carrier
    tells later what became of it.
    """

    subject = models.CharField(max_length=64)
    way = models.CharField(max_length=10, choices=Way.choices)
    text = models.TextField(max_length=1_000, blank=True)
    sender = models.BigIntegerField(null=True)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=100, blank=True)
    carrier_ref = models.CharField(max_length=40, null=True)  # noqa: DJ001 - see the index

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="letter_way", condition=Q(way__in=Way.values)),
            models.CheckConstraint(
                name="letter_sent_or_failed", condition=Q(sent_at=None) | Q(failure="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="letter_subject"),
            models.Index(
                fields=["carrier_ref"],
                name="letter_carrier",
                condition=Q(carrier_ref__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} about {self.subject}"
