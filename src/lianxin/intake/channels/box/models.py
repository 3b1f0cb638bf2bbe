"""Suggestion boxes, their openings, and what came by them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Box(models.Model):
    """A suggestion box 意见箱: a poster to scan at a place, and where ``paper`` a box for letters.

    ``unit`` opens it, at least every ``every_days`` days. ``slips`` is the last number of a
    receipt slip that was printed for it.
    """

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey("people.Area", models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    paper = models.BooleanField(default=True)
    every_days = models.PositiveSmallIntegerField(default=7)
    slips = models.PositiveIntegerField(default=0)
    put_up_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="box_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="box_every_days", condition=Q(every_days__range=(1, 92))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"box:{self.pk}"


class Opening(models.Model):
    """One opening of a paper box 开箱记录: by two people, with the numbers the letters got.

    The letters of a box are numbered through; these are ``first`` to ``last``. Without letters
    ``last`` is one less than ``first``.
    """

    box = models.ForeignKey(Box, models.PROTECT, related_name="openings", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey("people.User", models.PROTECT, related_name="+", db_index=False)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="opening_by_two", condition=~Q(by=F("second"))),
            models.CheckConstraint(name="opening_range", condition=Q(last__gte=F("first") - 1)),
            # Two people who open at once would give the same numbers.
            models.UniqueConstraint(
                fields=["box", "first"], name="opening_numbers_once",
                condition=Q(last__gte=F("first")),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["box", "-id"], name="opening_of_box")]

    def __str__(self) -> str:
        return f"opening {self.pk} of box {self.box_id}"

    @property
    def letters(self) -> int:
        """How many letters lay in it."""
        return self.last - self.first + 1


class Deposit(models.Model):
    """By which box a concern came: scanned at its poster, or on paper with the letter's number."""

    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="deposit")
    box = models.ForeignKey(Box, models.PROTECT, related_name="deposits", db_index=False)
    number = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["box", "number"], name="deposit_number_once")
        ]

    def __str__(self) -> str:
        return f"deposit of concern {self.concern_id}"
