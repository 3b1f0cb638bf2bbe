"""Applications 申请: what one side asks for and another person decides."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ApplicationKind(models.TextChoices):
    """What is asked for."""

    RETURN = "return", _("Return of the order")
    EXTENSION = "extension", _("More time")
    DEFERRAL = "deferral", _("Deferral with a timetable")
    TERMINATION = "termination", _("End of handling")
    REFUSAL = "refusal", _("Not accepting")
    ASIDE = "aside", _("Setting aside")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    OBJECTION = "objection", _("Objection")
    REVIEW = "review", _("Review")
    RECHECK = "recheck", _("Recheck")
    RECUSAL = "recusal", _("Somebody must not deal with it")


class Decision(models.TextChoices):
    """What became of it."""

    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")


class Application(models.Model):
    """Something asked for in a case, with the reason, and the decision of another person.

    ``asked_by`` is empty when the resident asked. At most one undecided application of a kind.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=20, choices=ApplicationKind.choices)
    reason = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=2_000)
    basis = models.CharField(max_length=300, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    from_unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decision_text = models.TextField(max_length=2_000, blank=True)
    decided_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="application_kind", condition=Q(kind__in=ApplicationKind.values)
            ),
            models.CheckConstraint(
                name="application_decided_whole",
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision__in=Decision.values, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_decided_by_another",
                condition=Q(asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(asked_by=F("decided_by")),
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(decision=""),
                name="application_one_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for case {self.case_id}"


class Deferral(models.Model):
    """What a deferral 挂账 must say; its milestones are promises about the case."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="deferral"
    )
    facts = models.TextField(max_length=2_000)
    conditions = models.TextField(max_length=2_000)
    leader = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    next_report_on = models.DateField()
    milestones = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(name="deferral_has_facts", condition=~Q(facts="")),
            models.CheckConstraint(name="deferral_has_conditions", condition=~Q(conditions="")),
        ]

    def __str__(self) -> str:
        return f"deferral of case {self.application.case_id}"
