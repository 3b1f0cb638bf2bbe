"""What is remembered of a ledger, and a sheet on its way in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from lianxin.intake.choices import Identity


class Ledger(models.Model):
    """A spreadsheet that a unit keeps: which column holds what, so that it is said once.

    ``columns`` gives our field its column's name.
    """

    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=30)
    columns = models.JSONField(default=dict)
    identity = models.CharField(max_length=20, choices=Identity.choices)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "name"], name="ledger_once"),
            models.CheckConstraint(name="ledger_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="ledger_identity",
                condition=Q(identity__in=[Identity.NAMED, Identity.CONFIDENTIAL]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """As the journal names it."""
        return f"ledger:{self.pk}"


class Sheet(models.Model):
    """A file somebody looks over before it is taken in: sealed, theirs alone, gone after a day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="sheets", db_index=False)
    by = models.ForeignKey("people.User", models.CASCADE, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    identity = models.CharField(max_length=20, choices=Identity.choices)
    content = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sent_at"], name="sheet_sent")]

    def __str__(self) -> str:
        return f"sheet of ledger {self.ledger_id}"
