"""What is written down of a matter that staff found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lianxin.intake.forms.registering import SaidForm


class FoundForm(SaidForm):
    """A matter without anybody who raised it: no name, no receipt, nobody to answer."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label = _("What you found")
        self.fields["words"].help_text = _("What is wrong, and since when; no names of residents.")
        self.fields["received_at"].label = _("When you saw it")
