"""What a token opens."""

from __future__ import annotations

from django.db import models


class Scope(models.TextChoices):
    """One word of what a program may do."""

    FILE = "file", "file concerns under its own name"
    DESK_READ = "desk:read", "read what its person may read"
    DESK_ACT = "desk:act", "do what its person may do"


DESK = {Scope.DESK_READ, Scope.DESK_ACT}
