"""What is kept of an entry that a device has sent, and of the files that arrived before it."""

from __future__ import annotations

from django.db import models


class Part(models.Model):
    """One file of an entry that is not filed yet; it goes with its attachment.

    ``entry`` is the hash of the entry's key, ``digest`` the hex SHA-256 of the file as it was sent:
    the receipt the device holds.
    """

    attachment = models.OneToOneField(
        "intake.Attachment", on_delete=models.CASCADE, related_name="part"
    )
    entry = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "digest"], name="part_once")]

    def __str__(self) -> str:
        return f"part of {self.entry[:8]}"


class DeviceEntry(models.Model):
    """A concern that was written on a device and sent later 离线填写.

    ``key``: the hash of the key it came under. ``digest``: SHA-256 of everything that was sent, to
    tell a replay from other content under the same key, for ever. ``made_at`` is what the device's
    clock said: a claim, no clock counts by it. ``handed_over``: somebody else sent it, because
    whoever wrote it can do so no more.
    """

    concern = models.OneToOneField(
        "intake.Concern", on_delete=models.PROTECT, related_name="device_entry"
    )
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(null=True, blank=True)
    handed_over = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="device_entry_key_once")]

    def __str__(self) -> str:
        return f"entry of concern {self.concern_id}"
