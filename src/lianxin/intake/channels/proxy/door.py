"""The door of those who file for somebody."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.door import Door
from lianxin.intake.channels.proxy.actions import file_for
from lianxin.intake.channels.proxy.forms import ProxyForm
from lianxin.intake.channels.proxy.queries import told
from lianxin.intake.choices import Channel

DOOR = Door(
    Channel.PROXY,
    pgettext_lazy("door", "For somebody"),
    ProxyForm,
    file=file_for,
    told=told,
)
