from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models

from lianxin.kernel import clock


class Entry(models.Model):
    """One sealed field of one owner. The row's own id is bound into the ciphertext."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.UUIDField()
    field = models.CharField(max_length=40)
    suite = models.CharField(max_length=40)
    key_id = models.CharField(max_length=16)
    ciphertext = models.BinaryField()
    created = models.DateTimeField(default=clock.now)
    shred_after = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes: ClassVar = [
            models.Index(fields=["owner", "field", "created"], name="vault_owner"),
            models.Index(
                fields=["shred_after"],
                name="vault_shred",
                condition=models.Q(shred_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.owner}"
