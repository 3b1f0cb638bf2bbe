"""The door of matters nobody had to complain about."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.door import Door
from lianxin.intake.channels.found.actions import file_found
from lianxin.intake.channels.found.forms import FoundForm
from lianxin.intake.choices import Channel

DOOR = Door(Channel.FOUND, pgettext_lazy("door", "Found by staff"), FoundForm, file=file_found)
