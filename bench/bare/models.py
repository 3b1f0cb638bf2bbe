"""The one table."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """What somebody sent."""

    title = models.CharField(max_length=120)
    text = models.TextField(max_length=10_000)
    place = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"
        indexes = [models.Index(fields=["-sent_at"], name="message_newest")]

    def __str__(self) -> str:
        return self.title
