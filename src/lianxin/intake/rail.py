"""What pages of others say of the doors: the desk's rail, and in whose name a device keeps."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.api.policy import KEEPER
from lianxin.intake.channels.box.policy import OPENERS
from lianxin.intake.channels.call.policy import CLERKS
from lianxin.intake.channels.reception.policy import RUNNERS
from lianxin.intake.offline.owners import keeper_of
from lianxin.intake.policy import TAKE_DOWN
from lianxin.ui import look, nav

nav.register(pgettext_lazy("rail", "Register"), "register", "edit", TAKE_DOWN, order=20)
nav.register(pgettext_lazy("rail", "Boxes"), "boxes", "archive", OPENERS, order=22)
nav.register(
    pgettext_lazy("rail", "Reception days"), "reception_days", "calendar", RUNNERS, order=23
)
nav.register(pgettext_lazy("rail", "Ledgers"), "ledgers", "clipboard-list", TAKE_DOWN, order=24)
nav.register(pgettext_lazy("rail", "Hotline"), "hotline", "phone", CLERKS, order=21)
nav.register(pgettext_lazy("rail", "Programs"), "programs", "key", [KEEPER], order=905)
look.keep_for(keeper_of)
