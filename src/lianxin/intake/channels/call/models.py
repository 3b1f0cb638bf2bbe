"""What is known of a call, and what is still to be done about it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Call(models.Model):
    """A call 来电: when it rang and who took it. Its number is sealed under ``uuid`` in the vault.

    ``ref`` is the telephone system's name for it, empty where a clerk took it without one.
    ``concern`` gets the same ``uuid``, so that the number is sealed for it from the start.
    ``tries``: how often somebody called back in vain. A call that leads to no concern is
    ``settled``, ``reached`` or not.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ref = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - many have none
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", null=True, db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="call", null=True)
    put_through_by = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", null=True, db_index=False
    )
    reached = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="call_times",
                condition=(Q(answered_at=None) | Q(answered_at__gte=F("rang_at")))
                & (Q(ended_at=None) | Q(ended_at__gte=F("rang_at"))),
            ),
            models.CheckConstraint(
                name="call_settled_whole",
                condition=Q(settled_at=None, settled_by=None, reached=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, reached__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["rang_at"], name="call_recent"),
            models.Index(
                fields=["rang_at"],
                name="call_open",
                condition=Q(concern__isnull=True, settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"

    @property
    def subject(self) -> str:
        """As the journal and the vault name it."""
        return f"call:{self.pk}"
