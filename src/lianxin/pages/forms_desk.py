"""The desk's form to register a concern."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.intake.choices import Channel, Identity, ReplyMode
from lianxin.intake.forms import PhoneField, places_to_choose
from lianxin.ui.forms import FilesField, WordsField

DOORS = (Channel.CALL, Channel.WALK_IN, Channel.LETTER, Channel.BOX, Channel.OUTREACH)


class RegisterForm(forms.Form):
    """What somebody said on the telephone, at the counter, in a letter, on a visit."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(door.value, door.label) for door in DOORS],
        widget=forms.RadioSelect,
        initial=Channel.CALL.value,
    )
    words = WordsField(
        label=_("What the person said"),
        max_length=10_000,
        help_text=_("In their own words; they cannot be changed afterwards."),
    )
    wish = WordsField(label=_("What would settle it"), required=False, max_length=2_000)
    place = WordsField(
        label=_("Place"),
        required=False,
        max_length=200,
        lines=False,
        help_text=_("Street and number, building, or what stands next to it."),
    )
    area = forms.TypedChoiceField(label=_("Area"), required=False, coerce=int, empty_value=None)
    identity = forms.ChoiceField(
        label=_("How they want to be known"),
        choices=Identity.choices,
        widget=forms.RadioSelect,
        initial=Identity.NAMED.value,
    )
    name = WordsField(
        label=_("Name of the person"), required=False, max_length=40, lines=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    phone = PhoneField(
        label=_("Telephone"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=120,
        help_text=_("Staff can write there without seeing the address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    address = WordsField(
        label=_("Address for a letter"), required=False, max_length=200, lines=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reply_mode = forms.ChoiceField(
        label=_("How they want the answer"), choices=ReplyMode.choices,
        widget=forms.RadioSelect, initial=ReplyMode.PHONE.value,
    )  # fmt: skip
    received_at = forms.DateTimeField(
        label=_("When it came"), required=False, help_text=_("Empty: now.")
    )
    source_ref = WordsField(
        label=_("Number of the letter or the tape"), required=False, max_length=80, lines=False
    )
    about_official = forms.BooleanField(
        label=_("It is about a unit or an official"), required=False
    )
    attachments = FilesField(label=_("Photos or files"), required=False, most=10)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        area = self.fields["area"]
        assert isinstance(area, forms.TypedChoiceField)
        area.choices = [("", "—"), *places_to_choose()]

    def clean_received_at(self) -> Any:
        """A moment near enough to be one; that it is not to come is checked when filing."""
        at = self.cleaned_data["received_at"]
        if at is not None and not 1950 <= at.year <= 2100:
            raise forms.ValidationError(gettext("Please check the year."))
        return at


class LiftForm(forms.Form):
    """Why staff can work again although the journal is not as it was written."""

    reason = WordsField(
        label=_("What was found out, and why can work go on?"),
        max_length=500,
        help_text=_("It stays in the journal for ever: please write no names of residents."),
    )
