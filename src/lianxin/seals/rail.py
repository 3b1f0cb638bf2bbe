"""The page of keys in the desk's rail."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.seals.policy import RECEIVER
from lianxin.ui import nav

nav.register(pgettext_lazy("rail", "Keys"), "seals", "key", (RECEIVER,), order=36)
