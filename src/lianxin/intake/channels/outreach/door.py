"""The door of what somebody was told while they were among people."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.door import Door
from lianxin.intake.choices import Channel
from lianxin.intake.forms.registering import RegisterForm

DOOR = Door(Channel.OUTREACH, pgettext_lazy("door", "Heard on a visit"), RegisterForm)
