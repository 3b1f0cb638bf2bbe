"""Forms of the desk's own pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.notices.pushing import NUMBER
from lianxin.ui.forms import DigitsField, WordsField
from lianxin.vault.templates import LONGEST


class LiftForm(forms.Form):
    """Why staff can work again although the journal is not as it was written."""

    reason = WordsField(
        label=_("What was found out, and why can work go on?"),
        max_length=500,
        help_text=_("It stays in the journal for ever: please write no names of residents."),
    )


class CarrierForm(forms.Form):
    """The robot of a work chat."""

    use_required_attribute = False

    address = WordsField(
        label=_("Address of the robot (webhook)"),
        help_text=_(
            "In the group: add a robot, and copy its address. A group of your own is best."
        ),
        max_length=300,
        lines=False,
        error_messages={"required": _("Please put in the address of the robot.")},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    secret = WordsField(
        label=_("Secret it signs with (DingTalk, SEC…)"),
        max_length=128,
        lines=False,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NumberForm(forms.Form):
    """The number that arrived in the work chat."""

    use_required_attribute = False

    number = DigitsField(least=NUMBER, most=NUMBER, label=_("The six digits that arrived there"))


class WordingForm(forms.Form):
    """The words of a unit for one way and one language."""

    use_required_attribute = False

    text = WordsField(
        label=_("The words"),
        max_length=LONGEST,
        error_messages={"required": _("Please write the words that shall go out.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
