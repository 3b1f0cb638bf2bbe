"""Tables: policies (preset versions), own calendar days, clocks."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.workdays import Unit


class Origin(models.TextChoices):
    """Where a policy version came from."""

    BUILTIN = "builtin", _("Comes with the software")
    OWN = "own", _("Made here")


class Outcome(models.TextChoices):
    """How a clock ended; empty while it runs."""

    MET = "met", _("In time")
    LATE = "late", _("Late")
    CANCELLED = "cancelled", _("Not needed any more")


class Policy(models.Model):
    """One version of a set of limits (时限规则). Never changed once made, except `valid_to`.

    Valid from `valid_from` up to, but not including, `valid_to`. The key is random, so that it
    is never used twice and a reader may keep what it read under it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    origin = models.CharField(max_length=8, choices=Origin)
    data = models.JSONField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="policy_one_open_version"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="policy_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="policy_origin"),
            models.CheckConstraint(condition=Q(version__gte=1), name="policy_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class CalendarDay(models.Model):
    """A day set here, over the holiday table that comes with the software (调休、地方假日)."""

    date = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.date} {self.name}".rstrip()


class Clock(models.Model):
    """One limit running, or that ran, for one subject ("case:12").

    `due_at` is what counts; `original_due_at` keeps the first promise. While paused, `due_at`
    stands as it was at the pause and moves when the clock is resumed or stopped.
    """

    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    ref = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=3)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    pause_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "ref"],
                condition=Q(stopped_at=None),
                name="clock_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")),
                name="clock_stops_after_start",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, outcome="")
                | Q(stopped_at__isnull=False, outcome__in=Outcome.values),
                name="clock_outcome_when_stopped",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("started_at")) & Q(original_due_at__gte=F("started_at")),
                name="clock_due_after_start",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None, pause_until=None)
                | Q(paused_at__isnull=False, pause_until__isnull=False, stopped_at=None)
                & ~Q(pause_reason=""),
                name="clock_pause_has_reason_and_end",
            ),
            models.CheckConstraint(
                condition=Q(unit__in=[str(unit) for unit in Unit]), name="clock_unit"
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(kind=""), name="clock_has_subject_and_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(stopped_at=None), name="clock_running_due"),
            models.Index(
                fields=["pause_until"],
                condition=Q(paused_at__isnull=False),
                name="clock_pause_until",
            ),
            models.Index(fields=["subject", "kind"], name="clock_subject_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"
