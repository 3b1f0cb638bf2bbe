"""Forms of the desk's own pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.ui.forms import WordsField


class LiftForm(forms.Form):
    """Why staff can work again although the journal is not as it was written."""

    reason = WordsField(
        label=_("What was found out, and why can work go on?"),
        max_length=500,
        help_text=_("It stays in the journal for ever: please write no names of residents."),
    )
