"""The work on a case: points to answer, contacts, co-units, progress, supervision, refusals."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Point(models.Model):
    """One thing the person asks for; the reply answers each (M13, M66)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="points")
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text


class Way(models.TextChoices):
    """How somebody was reached."""

    PHONE = "phone", _("By phone")
    IN_PERSON = "in_person", _("In person")
    ON_SITE = "on_site", _("On the spot together")
    ONLINE = "online", _("Online")
    LETTER = "letter", _("By letter")


class Contact(models.Model):
    """A try to talk with the person 联系记录: what was said, or that nobody answered."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="contacts")
    at = models.DateTimeField()
    way = models.CharField(max_length=20, choices=Way.choices)
    reached = models.BooleanField()
    asks_info = models.BooleanField(default=False)
    explained = models.BooleanField(default=False)
    understood = models.BooleanField(null=True, blank=True)
    text = models.TextField(max_length=2_000)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="contact_way", condition=Q(way__in=Way.values))]

    def __str__(self) -> str:
        return f"{self.way} {self.at:%Y-%m-%d}"


class CoUnit(models.Model):
    """Another unit called in to help 协办; the lead unit stays responsible (first receiver)."""

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="co_units", db_index=False
    )
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    task = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    result = models.CharField(max_length=1_000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="co_unit_once")]

    def __str__(self) -> str:
        return f"unit {self.unit_id} in case {self.case_id}"


class ProgressReport(models.Model):
    """A report on a deferred case, read by the resident too."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField()
    text = models.TextField(max_length=2_000)
    next_report_on = models.DateField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"report on case {self.case_id}"


class SupervisionKind(models.TextChoices):
    """How strongly a supervisor steps in 督办."""

    URGE = "urge", _("Urge")
    SUPERVISE = "supervise", _("Supervise")


class Supervision(models.Model):
    """A supervisor, or the system for a missed date, asks the unit to act and to answer."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="supervisions")
    kind = models.CharField(max_length=20, choices=SupervisionKind.choices)
    # What set it off, when the system did: one supervision a missed date.
    trigger = models.CharField(max_length=60, unique=True, null=True, blank=True)
    basis = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answer = models.TextField(max_length=2_000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="supervision_kind", condition=Q(kind__in=SupervisionKind.values)
            ),
            models.CheckConstraint(
                name="supervision_answered_whole",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on case {self.case_id}"


class SentBy(models.TextChoices):
    """How something was handed over to an outside body."""

    POST = "post", _("By post")
    SYSTEM = "system", _("Through their system")
    HAND = "hand", _("By hand")
    PHONE = "phone", pgettext_lazy("handed over", "By telephone, at once")


class Handover(models.Model):
    """What was handed over to an outside body 转送, and the receipt that is awaited 回执.

    ``reference``: number of the post or of their system; ``receipt``: number under which they have
    it. Nothing that tells who the person is went along unless they ``agreed`` (PIPL art. 23).
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="handovers")
    body = models.ForeignKey("sorting.Body", on_delete=models.PROTECT, related_name="+")
    sent = models.TextField(max_length=1_000)
    way = models.CharField(max_length=10, choices=SentBy.choices)
    reference = models.CharField(max_length=80, blank=True)
    agreed = models.BooleanField(default=False)
    sent_on = models.DateField()
    due_on = models.DateField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    receipt = models.CharField(max_length=80, blank=True)
    received_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(name="handover_way", condition=Q(way__in=SentBy.values)),
            models.CheckConstraint(
                name="handover_due_after_sent", condition=Q(due_on__gte=F("sent_on"))
            ),
            models.CheckConstraint(
                name="handover_receipt_whole",
                condition=Q(receipt="", received_on__isnull=True)
                | ~Q(receipt="") & Q(received_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="handover_awaited",
                condition=Q(received_on__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"handover of case {self.case_id}"


class Refusal(models.Model):
    """Why a concern goes another way or is not accepted, in the words the resident reads."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="refusals")
    ground = models.ForeignKey("sorting.Ground", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2_000)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"refusal of case {self.case_id}"
