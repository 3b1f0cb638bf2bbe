"""The door of letters from a box."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.box.actions import file_letter
from lianxin.intake.channels.box.forms import BoxLetterForm
from lianxin.intake.channels.box.queries import told
from lianxin.intake.channels.door import Door
from lianxin.intake.choices import Channel

DOOR = Door(
    Channel.BOX,
    pgettext_lazy("door", "Letter from a box"),
    BoxLetterForm,
    file=file_letter,
    told=told,
    empty=False,
)
