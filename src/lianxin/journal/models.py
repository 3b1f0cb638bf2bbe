from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lianxin.journal import canonical, events


class Entry(models.Model):
    """One act, written once. The database refuses to change or remove it.

    `data` is canonical JSON; `hash` covers every other column and the hash of the entry before.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    act = models.UUIDField()
    data = models.TextField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "seq"], name="journal_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.event} {self.subject}"

    def event_object(self) -> events.Event:
        """The event as the dataclass that was recorded."""
        return events.load(self.event, canonical.load(self.data))


class Delivery(models.Model):
    """One entry owed to one handler: written with the entry, marked done with the effect.

    A worker owns it while `lease` is its own and `leased_until` lies ahead; a killed worker's
    lease simply runs out. `dead` after too many attempts: a person has to look.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="deliveries", db_index=False)
    handler = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "handler"], name="journal_delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="journal_delivery_due",
                condition=Q(done_at=None, dead_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} owes {self.entry_id}"


class Chore(models.Model):
    """When a periodic chore of the worker last ran, and who is running it now."""

    name = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    running_until = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return self.name


class Checkpoint(models.Model):
    """The head of the chain at a moment, signed. The database refuses to change or remove it."""

    seq = models.BigIntegerField(primary_key=True)
    line = models.TextField()

    def __str__(self) -> str:
        return str(self.seq)


class Anchoring(models.Model):
    """One checkpoint owed to one place outside, until `done_at`; `receipt` is what came back.

    `dead_at` after too many attempts: a person has to look. A later checkpoint covers this one.
    """

    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="anchorings", db_index=False
    )
    anchor = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)
    receipt = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "anchor"], name="journal_anchored_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["anchor", "due_at"],
                name="journal_anchoring_due",
                condition=Q(done_at=None, dead_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.anchor} of {self.checkpoint_id}"
