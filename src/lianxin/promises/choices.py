"""Words of a promise that other modules use."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromiseKind(models.TextChoices):
    """Where a promise comes from."""

    MILESTONE = "milestone", _("Milestone of a deferred case")
    NEXT_STEP = "next_step", _("Next step promised in a reply")


class Outcome(models.TextChoices):
    """How a promise ended; an open promise has none. Late is derived: open or kept after due."""

    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")


class Check(models.TextChoices):
    """The resident's own word on a promise; staff cannot set it."""

    YES = "yes", _("Yes, it was done")
    NO = "no", _("No, it was not done")
