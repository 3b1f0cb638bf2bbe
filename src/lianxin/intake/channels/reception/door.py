"""The door of reception days."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.door import Door
from lianxin.intake.channels.reception.actions import file_reception
from lianxin.intake.channels.reception.forms import ReceptionForm
from lianxin.intake.channels.reception.queries import told
from lianxin.intake.choices import Channel

DOOR = Door(
    Channel.RECEPTION,
    pgettext_lazy("door", "Reception day"),
    ReceptionForm,
    file=file_reception,
    told=told,
    empty=False,
)
