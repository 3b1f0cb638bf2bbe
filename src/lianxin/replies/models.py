"""A reply 答复: every request answered with finding and basis, next step, remedy."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What is decided about the claim (petitions art. 32)."""

    SUPPORT = "support", _("Supported")
    PARTLY = "partly", _("Supported in part")
    EXPLAIN = "explain", _("Reasonable, but no rule allows it: explained")
    NOT_SUPPORT = "not_support", _("Not supported")
    ANSWERED = "answered", _("Question answered")


class Status(models.TextChoices):
    """Where a reply stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    SENT_BACK = "sent_back", _("Sent back")
    APPROVED = "approved", _("Sent")


class Reply(models.Model):
    """One reply in one round; a rework makes a new round.

    ``claims_solved`` is the unit's own word and never counts as the resident's.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="replies")
    round = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    summary = models.TextField(max_length=2_000, blank=True)
    basis = models.TextField(max_length=1_000, blank=True)
    no_basis = models.BooleanField(default=False)
    history = models.TextField(max_length=1_000, blank=True)
    policy_gap = models.TextField(max_length=1_000, blank=True)
    responsibility = models.TextField(max_length=1_000, blank=True)
    balance = models.TextField(max_length=1_000, blank=True)
    next_step = models.CharField(max_length=500, blank=True)
    next_step_due = models.DateField(null=True, blank=True)
    remedy = models.TextField(max_length=1_000, blank=True)
    claims_solved = models.BooleanField(default=False)
    drafted_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_text = models.TextField(max_length=2_000, blank=True)

    class Meta:
        ordering = ("round", "pk")
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(name="reply_status", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="reply_decided_whole",
                condition=Q(status__in=["draft", "submitted"], decided_at__isnull=True)
                | Q(status__in=["sent_back", "approved"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reply_approved_by_another",
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=F("drafted_by"))
                | Q(verdict="answered"),
            ),
            models.CheckConstraint(
                name="reply_sent_is_whole",
                condition=~Q(status="approved")
                | (~Q(summary="") & ~Q(verdict="") & (~Q(basis="") | Q(no_basis=True))),
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status__in=["draft", "submitted"]),
                name="reply_one_in_the_making",
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.round} to case {self.case_id}"


class Finding(models.Model):
    """The answer to one point of the case."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="findings")
    point = models.CharField(max_length=300)
    text = models.TextField(max_length=2_000, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.point


class QuestionBack(models.Model):
    """The resident may ask back once about a reply, and the unit answers (M66)."""

    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="question_back")
    text = models.TextField(max_length=2_000)
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=2_000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "questions back"
        constraints = [
            models.CheckConstraint(
                name="question_answered_whole",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"question about reply {self.reply_id}"
