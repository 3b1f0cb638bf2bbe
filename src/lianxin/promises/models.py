"""A promise 承诺: a dated commitment that somebody can check."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxin.promises.choices import Check, Outcome, PromiseKind


class Promise(models.Model):
    """What was promised, by whom, until when, and what became of it.

    ``subject`` names the record it belongs to in the journal's form, for example ``case:12``.
    """

    subject = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=20, choices=PromiseKind.choices)
    text = models.CharField(max_length=500)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    leader = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    owner = models.CharField(max_length=40, blank=True)
    due_on = models.DateField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    evidence = models.CharField(max_length=1000, blank=True)
    noted_late_at = models.DateTimeField(null=True, blank=True)
    resident_check = models.CharField(max_length=5, choices=Check.choices, blank=True)
    resident_words = models.CharField(max_length=1000, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="promise_kind", condition=Q(kind__in=PromiseKind.values)),
            models.CheckConstraint(
                name="promise_ended_with_outcome",
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False, outcome__in=Outcome.values),
            ),
            models.CheckConstraint(
                name="promise_check",
                condition=Q(resident_check="", checked_at__isnull=True)
                | Q(resident_check__in=Check.values, checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="promise_ends_after_it_is_made",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="promise_open_due", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.due_on})"
