"""What staff are asked when they take something down; each door adds what only it knows."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.access import Viewer
from lianxin.intake.choices import Identity, ReplyMode
from lianxin.intake.forms.phones import PhoneField
from lianxin.intake.forms.screens import MOST_FILES, notices_to_choose, places_to_choose
from lianxin.ui.forms import FilesField, WordsField


class SaidForm(forms.Form):
    """What was said and where: the part that every door asks.

    ``FACTS`` names the fields that only the door knows; ``viewer`` is who takes it down.
    """

    FACTS: ClassVar[tuple[str, ...]] = ()
    ABOUT: ClassVar[str] = ""
    """The field that says whose words these are: a draft of one is never another's."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    words = WordsField(
        label=_("What the person said"),
        max_length=10_000,
        help_text=_("In their own words; they cannot be changed afterwards."),
    )
    wish = WordsField(
        label=_("What would settle it"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    place = WordsField(
        label=_("Place"),
        required=False,
        max_length=200,
        lines=False,
        help_text=_("Street and number, building, or what stands next to it."),
    )
    area = forms.TypedChoiceField(label=_("Area"), required=False, coerce=int, empty_value=None)
    attachments = FilesField(label=_("Photos or files"), required=False, most=MOST_FILES)
    received_at = forms.DateTimeField(
        label=_("When it came"), required=False, help_text=_("Empty: now.")
    )
    about_official = forms.BooleanField(
        label=_("It is about a unit or an official"), required=False
    )

    def __init__(self, *args: Any, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.viewer = viewer
        area = self.fields["area"]
        assert isinstance(area, forms.TypedChoiceField)
        area.choices = [("", "—"), *places_to_choose()]

    def clean_received_at(self) -> Any:
        """A moment near enough to be one; that it is not to come is checked when filing."""
        at = self.cleaned_data["received_at"]
        if at is not None and not 1950 <= at.year <= 2100:
            raise forms.ValidationError(gettext("Please check the year."))
        return at

    @property
    def draft(self) -> str:
        """Under which name the browser keeps what is typed."""
        return f"register-{self[self.ABOUT].value() or ''}" if self.ABOUT else "register"

    @property
    def about_the_matter(self) -> list[forms.BoundField]:
        """The fields of the left side: what it is about."""
        return [
            self[name] for name in self.fields if name in SaidForm.base_fields and name in MATTER
        ]

    @property
    def about_the_person(self) -> list[forms.BoundField]:
        """The fields of the right side: who it is from, how it came."""
        return [field for field in self.visible_fields() if field.name not in MATTER]


MATTER = ("words", "wish", "place", "area", "attachments")


class RegisterForm(SaidForm):
    """With who it is from, and how they want the answer."""

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

    notify = forms.ChoiceField(
        label=_("Tell them when there is news"), required=False, choices=notices_to_choose
    )

    field_order = [
        "key", "words", "wish", "place", "area", "attachments",
        "identity", "name", "phone", "email", "address", "reply_mode", "notify", "received_at",
    ]  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if len(notices_to_choose()) < 2:
            del self.fields["notify"]

    def clean(self) -> dict[str, Any]:
        """Who stays anonymous is told nothing; the others where they left an address."""
        data = super().clean() or self.cleaned_data
        if data.get("identity") == Identity.ANONYMOUS:
            data["notify"] = ""
        return data


class PaperForm(RegisterForm):
    """With what stands on paper, typed in; its pages go along as photos or as one scan."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label = _("What the letter says")
        self.fields["words"].help_text = _("Word by word; it cannot be changed afterwards.")
        self.fields["attachments"].label = _("Photos or a scan of the letter")
