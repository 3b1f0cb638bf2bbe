"""What a clerk is asked while somebody speaks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lianxin.intake.forms.registering import RegisterForm
from lianxin.ui.forms import WordsField


class CallForm(RegisterForm):
    """A call, with the number of its recording."""

    source_ref = WordsField(
        label=_("Number of the recording"), required=False, max_length=80, lines=False
    )
