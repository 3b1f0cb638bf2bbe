"""The door of calls."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.call.actions import file_call
from lianxin.intake.channels.call.forms import CallForm
from lianxin.intake.channels.call.queries import told
from lianxin.intake.channels.door import Door
from lianxin.intake.choices import Channel

DOOR = Door(Channel.CALL, pgettext_lazy("door", "Call"), CallForm, file=file_call, told=told)
