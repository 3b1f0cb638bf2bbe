"""The links at the foot of every resident page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lianxin.ui import nav

nav.register_front(_("I want to report something"), "report", order=10)
nav.register_front(_("See how it stands"), "track", order=20)
nav.register_front(_("How it works, and your rights"), "about", order=30)
nav.register_front(_("What is done with your data"), "privacy", order=40)
