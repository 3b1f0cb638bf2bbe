"""Ratings 评价 by residents, follow-up tries by callers, rulings on what was not satisfactory."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Score(models.IntegerChoices):
    """Three levels, for result, speed and attitude."""

    BAD = 1, _("Not satisfied")
    FAIR = 2, _("Basically satisfied")
    GOOD = 3, _("Satisfied")


class Solved(models.TextChoices):
    """Whether the matter itself is settled, in the resident's own word."""

    YES = "yes", _("Yes, it is solved")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No, it is not solved")


class Rating(models.Model):
    """What one person said about one reply. Only the holder of the query code can write it."""

    reply = models.ForeignKey(
        "replies.Reply", on_delete=models.PROTECT, related_name="ratings", db_index=False
    )
    concern = models.ForeignKey("intake.Concern", on_delete=models.PROTECT, related_name="ratings")
    result = models.PositiveSmallIntegerField(choices=Score.choices)
    speed = models.PositiveSmallIntegerField(choices=Score.choices)
    attitude = models.PositiveSmallIntegerField(choices=Score.choices)
    solved = models.CharField(max_length=10, choices=Solved.choices)
    reasons = models.JSONField(default=list, blank=True)
    words = models.TextField(max_length=2_000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply", "concern"], name="rating_once"),
            models.CheckConstraint(
                name="rating_scores",
                condition=Q(result__range=(1, 3), speed__range=(1, 3), attitude__range=(1, 3)),
            ),
            models.CheckConstraint(name="rating_solved", condition=Q(solved__in=Solved.values)),
        ]

    def __str__(self) -> str:
        return f"rating of reply {self.reply_id}"

    @property
    def satisfied(self) -> bool:
        """Result at least basically satisfactory and the matter not unsolved."""
        return self.result >= Score.FAIR and self.solved != Solved.NO


class Attempt(models.Model):
    """A follow-up caller's try to reach the person; it holds no judgement."""

    reply = models.ForeignKey("replies.Reply", on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    way = models.CharField(max_length=20)
    reached = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"try for reply {self.reply_id}"


class Ruling(models.Model):
    """A supervisor's decision on a reply that did not satisfy: redo it, or let it stand."""

    reply = models.ForeignKey("replies.Reply", on_delete=models.PROTECT, related_name="rulings")
    redo = models.BooleanField()
    reason = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=2_000)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="ruling_has_reason", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"ruling on reply {self.reply_id}"
