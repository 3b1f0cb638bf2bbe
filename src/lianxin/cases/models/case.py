"""The case 工单 itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.cases.states import ENDED, State
from lianxin.sorting.kinds import Kind, Urgency

IS_OPEN = ~Q(state__in=sorted(ENDED))
"""As the partial indexes say it: asked in these words, PostgreSQL reads them in order and stops."""


class Solvability(models.TextChoices):
    """Whether it can be settled now; with urgency it orders the queue (M36)."""

    NOW = "now", _("Can be solved now")
    STEPS = "steps", _("Needs conditions first, step by step")
    NOT = "not", _("Cannot be met; explain")


class Lane(models.TextChoices):
    """Which way a case goes (domain C3)."""

    ORDINARY = "ordinary", _("Ordinary")
    FAST = "fast", _("Fast: reasonable and solvable at once")
    HIGHER = "higher", _("One level up: about a unit or an official")
    SUGGESTION = "suggestion", _("Suggestion register")
    SEALED = "sealed", _("Sealed")


class Closing(models.TextChoices):
    """How a closed case ended. Unrated is never satisfied."""

    SOLVED = "solved", _("The resident says it is solved")
    ACCEPTED = "accepted", _("Not wholly solved; the resident accepts the explanation")
    EXPLAINED = "explained", _("The resident is not satisfied; the reply stands with reasons")
    UNRATED = "unrated", pgettext_lazy("how a case closed", "No rating came")
    FINAL = "final", _("Final after recheck")


class Case(models.Model):
    """One concern on its way. A merged case follows its parent; both keep their numbers.

    ``due_at`` repeats the nearest running clock that the desk works by, so that a worklist of a
    million cases is one index read; the action that moves a clock sets it in the same transaction.
    """

    concern = models.OneToOneField("intake.Concern", on_delete=models.PROTECT, related_name="case")
    state = models.CharField(max_length=20, choices=State.choices, default=State.SUBMITTED)
    moved_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    closing = models.CharField(max_length=20, choices=Closing.choices, blank=True)

    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True)
    category = models.ForeignKey(
        "sorting.Category", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    urgency = models.CharField(max_length=20, choices=Urgency.choices, default=Urgency.ORDINARY)
    solvability = models.CharField(max_length=10, choices=Solvability.choices, blank=True)
    lane = models.CharField(max_length=20, choices=Lane.choices, default=Lane.ORDINARY)
    cared_about = models.BooleanField(default=False)
    direct = models.BooleanField(default=False)
    pressing = models.BooleanField(default=False)
    priority_reason = models.CharField(max_length=300, blank=True)
    hard_urgent = models.BooleanField(default=False)

    policy = models.ForeignKey("deadlines.Policy", on_delete=models.PROTECT, related_name="+")
    desk_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    lead_unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    handler = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    leader = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    catalogue_item = models.ForeignKey(
        "sorting.CatalogueItem", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    dispatch_reason = models.CharField(max_length=500, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="joined", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="case_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="case_kind", condition=Q(kind="") | Q(kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="case_closing",
                condition=Q(closing="") | Q(closing__in=Closing.values),
            ),
            models.CheckConstraint(
                name="case_closed_has_closing", condition=~Q(state="closed") | ~Q(closing="")
            ),
            models.CheckConstraint(
                name="case_merged_has_parent",
                condition=~Q(state="merged") | Q(parent__isnull=False),
            ),
            models.CheckConstraint(
                name="case_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
            ),
            models.CheckConstraint(
                name="case_at_a_unit_has_one",
                condition=~Q(
                    state__in=[
                        "dispatched",
                        "accepted",
                        "handling",
                        "awaiting_info",
                        "deferred",
                        "reply_review",
                        "rework",
                    ]
                )
                | Q(lead_unit__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="case_open_due",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["lead_unit", "due_at", "id"],
                name="case_unit_due",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["desk_unit", "due_at", "id"],
                name="case_desk_due",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["handler", "due_at", "id"],
                name="case_handler_due",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["moved_at", "id"],
                name="case_ended_moved",
                condition=Q(state__in=sorted(ENDED)),
            ),
            models.Index(
                fields=["lead_unit", "moved_at", "id"],
                name="case_unit_ended",
                condition=Q(state__in=sorted(ENDED)),
            ),
            models.Index(
                fields=["desk_unit", "moved_at", "id"],
                name="case_desk_ended",
                condition=Q(state__in=sorted(ENDED)),
            ),
            models.Index(fields=["state", "moved_at"], name="case_state_moved"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def subject(self) -> str:
        """How the journal and the clocks name this case."""
        return f"case:{self.pk}"


class SavedView(models.Model):
    """A filter of the worklist that somebody keeps under a name."""

    owner = models.ForeignKey(
        "people.User", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
