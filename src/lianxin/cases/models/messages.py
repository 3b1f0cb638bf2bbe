"""What the office and the person write to each other about a case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One message 留言. Its words never change: a trigger in the database sees to it.

    Without ``by`` it is the resident's; else ``unit`` is the office it was written for.
    ``noted_at``: the other side has answered it, or said that they read it. ``sealed``: the words
    of a message about a sealed case.
    """

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    words = models.TextField(max_length=2_000)
    sealed = models.BinaryField(null=True, editable=False)
    written_at = models.DateTimeField()
    by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    helped = models.BooleanField(default=False)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_message_has_words",
                condition=Q(sealed__isnull=True) & ~Q(words="") | Q(sealed__isnull=False, words=""),
            ),
            models.CheckConstraint(
                name="case_message_of_one_side",
                condition=Q(by__isnull=True, unit__isnull=True)
                | Q(by__isnull=False, unit__isnull=False, helped=False),
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="case_message_thread"),
            models.Index(
                fields=["case"],
                name="case_message_waiting",
                condition=Q(noted_at__isnull=True, by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of case {self.case_id}"
