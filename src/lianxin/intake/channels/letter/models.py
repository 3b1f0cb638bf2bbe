"""What only a letter knows."""

from __future__ import annotations

from django.db import models


class Letter(models.Model):
    """A letter 来信. Its number in the register of letters is the concern's ``source_ref``.

    ``dated``: the day on the envelope.
    """

    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="letter")
    dated = models.DateField()

    def __str__(self) -> str:
        return f"letter of concern {self.concern_id}"
