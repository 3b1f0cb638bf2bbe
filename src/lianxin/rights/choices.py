"""What is published in editions, and what is kept for a time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Text(models.TextChoices):
    """What has editions, each kept for ever."""

    NOTICE = "notice", _("Privacy notice")
    RETENTION = "retention", _("How long data is kept")


class Data(models.TextChoices):
    """Kinds of data with a period of their own."""

    CONTACT = "contact", _("Name, telephone, address")
    FILES = "files", _("Photos and files")
    WORDS = "words", _("Your words, our replies, what happened")
