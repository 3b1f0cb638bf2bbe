"""The key of a receiving unit, who can unlock it, and what is sealed to it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Key(models.Model):
    """The public half of a unit's key. The private half is nowhere but wrapped in the shares, and
    on the paper that whoever made it put away. ``retired_at``: nothing new is sealed to it."""

    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    public = models.CharField(max_length=80, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", db_index=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"key {self.pk} of unit {self.unit_id}"


class Share(models.Model):
    """A private key wrapped in what one person knows: their pass-phrase, or, up to ``until``, a
    code that a colleague read out to them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.ForeignKey(Key, models.PROTECT, related_name="shares", db_index=False)
    user = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    salt = models.BinaryField()
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "user"], name="share_once"),
        ]

    def __str__(self) -> str:
        return f"share of {self.user_id} in key {self.key_id}"


class SealedTo(models.Model):
    """To which keys the words of an owner are sealed; what is added later is sealed to the same."""

    owner = models.UUIDField()
    key = models.ForeignKey(Key, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="sealed_to_once"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} to key {self.key_id}"
