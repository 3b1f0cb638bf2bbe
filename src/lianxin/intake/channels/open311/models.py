"""What only the door of other systems knows."""

from __future__ import annotations

from django.db import models


class Open311Client(models.Model):
    """Another system that may file here. Of its key only the SHA-256 is kept."""

    name = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal names it."""
        return f"client:{self.pk}"


class Open311Request(models.Model):
    """Which system filed a concern, and as which category.

    ``digest``: keyed hash (hex HMAC-SHA-256) of all that was sent, to know it when it comes again.
    What was answered to the questions of the category stands below the words of the concern.
    """

    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="open311")
    client = models.ForeignKey(
        Open311Client, models.PROTECT, related_name="requests", db_index=False
    )
    service_code = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["client", "digest"], name="open311_same")]

    def __str__(self) -> str:
        return f"open311 request of concern {self.concern_id}"


class Open311Update(models.Model):
    """Something a system added for the resident, under the id that it gave.

    ``uuid``: the id that we give it.
    """

    request = models.ForeignKey(
        Open311Request, models.PROTECT, related_name="updates", db_index=False
    )
    update_id = models.CharField(max_length=120)
    uuid = models.UUIDField(unique=True, editable=False)
    addition = models.OneToOneField("intake.Addition", models.PROTECT, related_name="open311")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "update_id"], name="open311_update_once")
        ]

    def __str__(self) -> str:
        return f"open311 update {self.uuid}"
