"""Conflicts of interest 回避: whom a case is about, and who else must stay away from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Ground(models.TextChoices):
    """Why somebody is kept away."""

    ABOUT = "about", _("The case is about them")
    INTEREST = "interest", _("They have an interest in the matter")


class Source(models.TextChoices):
    """Where it comes from."""

    WORDS = "words", _("Named in the person's words")
    DESK = "desk", _("Named by a member of staff")
    DECLARED = "declared", _("Declared by themselves")
    REQUEST = "request", _("Asked for by the person")


class Standing(models.TextChoices):
    """Whether a person has looked at it. What is only found holds until somebody says otherwise."""

    FOUND = "found", _("Found, not yet looked at")
    CONFIRMED = "confirmed", pgettext_lazy("a conflict of interest", "Confirmed")
    LIFTED = "lifted", pgettext_lazy("a conflict of interest", "Lifted")


class Conflict(models.Model):
    """A unit or a member of staff who is kept away from a case; everything but LIFTED holds.

    ABOUT reaches further than its row: into a unit's whole subtree, and to everybody a person
    heads (petitions regulation art. 28 and 30). INTEREST keeps away that person alone.
    """

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="conflicts", db_index=False
    )
    unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    user = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ground = models.CharField(max_length=10, choices=Ground.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                name="conflict_one_party",
                condition=Q(unit__isnull=False, user__isnull=True, ground="about")
                | Q(unit__isnull=True, user__isnull=False),
            ),
            models.CheckConstraint(name="conflict_ground", condition=Q(ground__in=Ground.values)),
            models.CheckConstraint(name="conflict_source", condition=Q(source__in=Source.values)),
            models.CheckConstraint(
                name="conflict_standing", condition=Q(standing__in=Standing.values)
            ),
            models.UniqueConstraint(
                fields=["case", "unit"],
                condition=Q(unit__isnull=False),
                name="conflict_unit_once",
            ),
            models.UniqueConstraint(
                fields=["case", "user", "ground"],
                condition=Q(user__isnull=False),
                name="conflict_user_once",
            ),
        ]
        indexes = [models.Index(fields=["case", "standing"], name="conflict_of_case")]

    def __str__(self) -> str:
        return f"{self.ground} in case {self.case_id}"

    @property
    def party(self) -> str:
        """The name of whoever is kept away."""
        return self.unit.name if self.unit else self.user.name if self.user else ""


class Reading(models.Model):
    """That a member of staff has opened the page of a case, and when first.

    Written once a person and case; the exposure report is made from it.
    """

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read case {self.case_id}"
