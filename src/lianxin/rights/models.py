"""Editions: texts and rules that were in force, each from a day on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lianxin.kernel import clock
from lianxin.rights.choices import Text


class Edition(models.Model):
    """One edition of the notice or of the retention rules; a trigger keeps it as it was.

    It is in force from ``valid_from`` until the next one is. No edition begins on a day that has
    begun when it is published, so what was in force at a past moment can be told for ever.
    """

    text = models.CharField(max_length=10, choices=Text.choices)
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    content = models.JSONField()
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["text", "valid_from"], name="edition_day_once"),
            models.CheckConstraint(name="edition_text", condition=Q(text__in=Text.values)),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.number}"
