"""The door of visits."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.door import Door
from lianxin.intake.channels.visit.actions import file_visit
from lianxin.intake.channels.visit.forms import VisitForm
from lianxin.intake.channels.visit.queries import told
from lianxin.intake.choices import Channel

DOOR = Door(
    Channel.WALK_IN,
    pgettext_lazy("door", "Visit"),
    VisitForm,
    file=file_visit,
    told=told,
)
