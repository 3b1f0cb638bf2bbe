"""What only a visit knows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

MOST = 5
"""Representatives of a group: 信访工作条例 art. 20."""


class Visit(models.Model):
    """A visit 来访: how many people stood there. A group speaks by at most five."""

    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="visit")
    people = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="visit_people", condition=Q(people__range=(1, MOST)))
        ]

    def __str__(self) -> str:
        return f"visit of concern {self.concern_id}"
