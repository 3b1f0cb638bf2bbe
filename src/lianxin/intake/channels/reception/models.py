"""Reception days and the turns people have on them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from lianxin.intake.choices import NOTICE_WAYS
from lianxin.kernel import clock

MOST_PLACES = 200
WORST, BEST = 1, 3
"""How a visitor rates the courtesy of a reception, as in every judgement of an attitude."""


class Outcome(models.TextChoices):
    """What became of a turn."""

    MET = "met", pgettext_lazy("turn", "was heard")
    ABSENT = "absent", pgettext_lazy("turn", "did not come")
    CANCELLED = "cancelled", pgettext_lazy("turn", "cancelled by the visitor")


STAFF_SAY = (Outcome.MET, Outcome.ABSENT)


STAFF_SAY = (Outcome.MET, Outcome.ABSENT)


class ReceptionDay(models.Model):
    """When and where a leader hears people: who, in which office, answerable for what.

    ``unit`` runs it. ``places`` can be booked; whoever comes unannounced is heard after them.
    """

    code = models.CharField(max_length=6, unique=True)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    leader = models.CharField(max_length=40)
    post = models.CharField(max_length=60)
    portfolio = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="reception_ends", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="reception_places", condition=Q(places__range=(1, MOST_PLACES))
            ),
            models.CheckConstraint(
                name="reception_cancelled_whole",
                condition=Q(cancelled_at=None, cancelled_why="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancelled_why="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="reception_when")]

    def __str__(self) -> str:
        return f"{self.leader} {self.starts_at:%Y-%m-%d}"

    @property
    def subject(self) -> str:
        """As the journal names it."""
        return f"reception:{self.pk}"


class Turn(models.Model):
    """A turn 号 on a reception day; ``number`` counts the turns of its day.

    ``key`` is the hash of the form's idempotency key, empty for whoever came unannounced; ``mac``
    the keyed hash of the code on the slip. ``way``: how the person is told when the day is moved
    or cancelled; the address is sealed under ``uuid``. ``attitude``: how they were received.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="turns", db_index=False)
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - many have none
    mac = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    way = models.CharField(max_length=10, choices=NOTICE_WAYS, blank=True)
    told_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="turn", null=True)
    attitude = models.PositiveSmallIntegerField(null=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "number"], name="turn_number_once"),
            models.CheckConstraint(
                name="turn_ended_whole",
                condition=Q(outcome="", ended_at=None)
                | Q(outcome__in=Outcome.values, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="turn_rated_whole",
                condition=Q(attitude=None, rated_at=None)
                | Q(
                    outcome=Outcome.MET,
                    attitude__range=(WORST, BEST),
                    rated_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"turn {self.number} of day {self.day_id}"

    @property
    def can_be_put_back(self) -> bool:
        """Whether what staff said of it may be taken back: that day, nothing written or rated."""
        day = self.day.starts_at.astimezone(clock.SHANGHAI).date()
        return (
            self.outcome in STAFF_SAY
            and self.concern_id is None
            and self.attitude is None
            and self.day.cancelled_at is None
            and day == clock.today()
        )

    @property
    def subject(self) -> str:
        """As the journal and the vault name it."""
        return f"turn:{self.pk}"
