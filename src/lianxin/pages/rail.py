"""The pages of the desk that the rail leads to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.cases.identity import SECOND
from lianxin.cases.queries import SHOWN_TO
from lianxin.cases.states import DESK
from lianxin.people.roles import Role
from lianxin.ui import nav

nav.register(pgettext_lazy("rail", "Worklist"), "desk", "inbox", order=10)
nav.register(pgettext_lazy("rail", "Held back"), "held", "player-pause", DESK, order=25)
nav.register(pgettext_lazy("rail", "Messages"), "digest", "bell", order=30)
nav.register(
    pgettext_lazy("rail", "Contacts asked for"),
    "identity_requests",
    "shield-lock",
    SECOND,
    order=35,
)
nav.register(pgettext_lazy("rail", "Catalogue"), "catalogue", "sitemap", order=40)
nav.register(
    pgettext_lazy("rail", "Outside bodies"), "bodies", "route", (*DESK, Role.SUPERVISOR), order=45
)
nav.register(pgettext_lazy("rail", "Met in person"), "met", "users", SHOWN_TO, order=46)
nav.register(_("Limits"), "limits", "clock", order=50)
nav.register(
    pgettext_lazy("rail", "Journal"),
    "journal",
    "shield-check",
    (Role.AUDITOR, Role.SYS_ADMIN, Role.SEC_ADMIN),
    order=60,
)
