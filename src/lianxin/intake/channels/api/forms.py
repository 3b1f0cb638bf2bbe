"""What is asked when a program may call."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.intake.channels.api.choices import Scope
from lianxin.ui.forms import WordsField


class RenewForm(forms.Form):
    """Until when the new token opens anything."""

    ends_on = forms.DateField(
        label=_("Last day"), required=False,
        help_text=_("Empty: until somebody ends it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class ProgramForm(RenewForm):
    """A program, what it may do, and for whom."""

    name = WordsField(
        label=_("Name of the program"), max_length=60, lines=False,
        help_text=_("Staff read it on the cases that it files."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=[(one.value, one.label) for one in Scope],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    username = WordsField(
        label=_("For whom it acts at the desk"), max_length=150, lines=False, required=False,
        help_text=_(
            "The user name. The program may do what this person may do at that moment; the token "
            "is shown to them alone."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    field_order = ["name", "scopes", "username", "ends_on"]
