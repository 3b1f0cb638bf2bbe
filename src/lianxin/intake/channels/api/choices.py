"""What a token opens."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """One word of what a program may do."""

    FILE = "file", _("file concerns under its own name")
    DESK_READ = "desk:read", _("read what its person may read")
    DESK_ACT = "desk:act", _("do what its person may do")
    DESK_REGISTER = "desk:register", _("take down what somebody says, in its person's name")


DESK = {Scope.DESK_READ, Scope.DESK_ACT, Scope.DESK_REGISTER}
