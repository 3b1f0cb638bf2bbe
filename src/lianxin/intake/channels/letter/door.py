"""The door of letters."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.door import Door
from lianxin.intake.channels.letter.actions import file_letter
from lianxin.intake.channels.letter.forms import LetterForm
from lianxin.intake.channels.letter.queries import told
from lianxin.intake.choices import Channel

DOOR = Door(
    Channel.LETTER,
    pgettext_lazy("door", "Letter"),
    LetterForm,
    file=file_letter,
    told=told,
)
