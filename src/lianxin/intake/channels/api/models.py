"""What only the door of programs knows."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class ApiClient(models.Model):
    """A program that may call. Of its token only the SHA-256 is kept.

    ``scopes``: words of `choices.Scope` with a space between. ``user``: the one person in whose
    name it acts at the desk; it may do nothing that they may not. ``ends_on``: the last
    day on which its token opens anything.
    """

    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=60)
    user = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="api_client_desk_has_person",
                condition=Q(scopes="file") | Q(user__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"api:{self.pk}"


class ApiRequest(models.Model):
    """Something that was done once under an idempotency key, and is never done again under it.

    ``key_hash``: SHA-256 of the caller and their key. ``digest``: keyed hash (hex HMAC-SHA-256) of
    all that was sent. ``concern``: what was filed by it; empty for every other act.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="requests", null=True, blank=True, db_index=False
    )
    concern = models.OneToOneField(
        "intake.Concern", models.PROTECT, related_name="api", null=True, blank=True
    )

    def __str__(self) -> str:
        return f"api request {self.pk}"


class ApiHook(models.Model):
    """Where a program is told that something moved; one at a time.

    ``sealed``: the secret it is signed with, nothing once it has ended. What was told there stays.
    """

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="hooks", db_index=False)
    address = models.CharField(max_length=500)
    sealed = models.BinaryField(default=b"", editable=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], name="api_hook_one", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="api_hook_ended_forgets", condition=Q(ended_at__isnull=True) | Q(sealed=b"")
            ),
        ]
        indexes = [models.Index(fields=["client"], name="api_hook_client")]

    def __str__(self) -> str:
        return f"hook of {self.client_id}"


class ApiDelivery(models.Model):
    """What is owed to a program, and what became of it.

    ``entry``: the number of the journal's entry. ``due_at``: the next try; empty when it was taken
    (``done_at``) or given up. ``status``: of the last answer, 0 when none came.
    """

    hook = models.ForeignKey(ApiHook, models.CASCADE, related_name="owed", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    entry = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    number = models.CharField(max_length=11)
    at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hook", "entry"], name="api_delivery_once"),
            models.CheckConstraint(
                name="api_delivery_done_whole",
                condition=Q(done_at__isnull=True) | Q(due_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="api_delivery_due", condition=Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
