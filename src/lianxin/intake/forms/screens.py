"""The three screens of the report form, and what is added later.

Every field travels with every post and is read again each time; nothing is kept in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.intake.actions import NewConcern
from lianxin.intake.actions.filing import LONGEST, OLDEST, SHORTEST
from lianxin.intake.actions.telling import cannot_notify
from lianxin.intake.choices import Identity, ReplyMode
from lianxin.intake.forms.phones import PhoneField
from lianxin.kernel import clock, words
from lianxin.people import queries as people
from lianxin.ui.forms import FilesField, WordsField
from lianxin.vault.choices import Way
from lianxin.vault.queries import ways_of_notice

MOST_FILES = 10
FOR_OTHER = "for_other"
"""What a post says that is written for another person."""
KEEP_ORIGINAL = _("It may be needed as evidence: keep the originals too")
KEEP_ORIGINAL_HINT = _(
    "An original holds where and when it was made, and on which device. It is sealed; opening it "
    "needs a reason, and you are told."
)
REACHED_BY = ("name", "phone", "email", "address")
DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


def _title_and_text(title: object, text: object) -> str:
    return format_html("<b>{}</b> <small>{}</small>", title, text)


explained: Any = lazy(_title_and_text, str)


class _Shared(dict[str, forms.Field]):
    """Fields that keep nothing of one request: no form needs a copy of its own, which costs more
    than reading what was posted."""

    def __deepcopy__(self, memo: dict[int, Any]) -> _Shared:
        return self


class Screen(forms.Form):
    """One screen of the report form. Its fields may not be changed after the class is made."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        cls = type(self)
        if not isinstance(cls.base_fields, _Shared):
            cls.base_fields = _Shared(cls.base_fields)
        super().__init__(*args, **options)


class What(Screen):
    """Screen 1: what happened, and files that show it."""

    words = WordsField(
        label=_("What happened?"),
        help_text=_("Say it as you would say it to a neighbour. You can also speak it in with the "
                    "microphone of your keyboard."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please tell us what happened.")},
    )  # fmt: skip
    attachments = FilesField(label=_("Photos or files"), most=MOST_FILES, required=False)

    def clean_words(self) -> str:
        """At least two characters, as the action asks."""
        text: str = self.cleaned_data["words"]
        if len(text) < SHORTEST:
            raise ValidationError(_("Please tell us what happened."))
        return text


def places_to_choose() -> list[tuple[str, list[tuple[int, str]]]]:
    """The communities of the place, remembered for a minute in this process."""
    found: list[tuple[str, list[tuple[int, str]]]] | None = caches["local"].get("intake.places")
    if found is None:
        found = people.places_to_choose()
        caches["local"].set("intake.places", found, 60)
    return found


def notices_to_choose(*, filed: bool = False) -> list[tuple[str, Any]]:
    """The ways by which one can be told of news here, and not at all.

    ``filed``: of a concern that is there already; an account of WeChat is bound to nothing else.
    """
    said = {
        Way.SMS: pgettext_lazy("notice", "By text message"),
        Way.EMAIL: pgettext_lazy("notice", "By e-mail"),
    }
    if filed:
        said[Way.WECHAT] = pgettext_lazy("notice", "By WeChat")
    ways = [(way.value, said[way]) for way in said if way in ways_of_notice()]
    return [("", pgettext_lazy("notice", "No: I look myself")), *ways]


class Where(Screen):
    """Screen 2: where, when, and what would settle it."""

    place = WordsField(
        label=_("Where is it?"),
        help_text=_("For example: East Gate Road 12, in front of the school."),
        max_length=200,
        lines=False,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    area = forms.TypedChoiceField(
        label=_("Community or village"), coerce=int, empty_value=None, required=False,
        choices=lambda: [("", _("Not sure, or not in the list")), *places_to_choose()],
    )  # fmt: skip
    latitude = forms.DecimalField(
        label=_("Latitude"), max_digits=9, decimal_places=6, required=False,
        min_value=Decimal(-90), max_value=Decimal(90),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    longitude = forms.DecimalField(
        label=_("Longitude"), max_digits=9, decimal_places=6, required=False,
        min_value=Decimal(-180), max_value=Decimal(180),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    nowhere = forms.BooleanField(label=_("I cannot say where, or it has no place"), required=False)
    happened_on = forms.DateField(
        label=_("When was it?"), required=False, input_formats=DAYS,
        help_text=_("About when is enough."), widget=forms.DateInput,
    )  # fmt: skip
    wish = WordsField(
        label=_("What would settle it for you?"),
        help_text=_("The office answers each thing you ask for. If you are not sure yet, leave it "
                    "empty: whoever deals with it will ask you."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    @property
    def has_areas(self) -> bool:
        """Whether there is anything to choose from."""
        return bool(places_to_choose())

    def clean_happened_on(self) -> date | None:
        """Not in the future, and within a life's memory."""
        day: date | None = self.cleaned_data["happened_on"]
        if day and not clock.today() - OLDEST <= day <= clock.today():
            raise ValidationError(_("Please check the date: it cannot be in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """A place in words, from the list or on the map, or the word that there is none."""
        data = super().clean() or self.cleaned_data
        half = (data.get("latitude") is None) != (data.get("longitude") is None)
        if half and not self.errors.keys() & {"latitude", "longitude"}:
            self.add_error(
                "latitude", _("Both numbers belong together. Fill in the other, or clear this.")
            )
        where = ("place", "area", "latitude", "nowhere")
        if not any(data.get(name) for name in where) and not self.errors.keys() & set(where):
            self.add_error("place", _("Write roughly where it is, or tick that you cannot say."))
        return data


class Who(Screen):
    """Screen 3: how the person wants to be known and answered."""

    SAYS: ClassVar[Mapping[str, Any]] = {
        "name": _("What may we call you?"),
        "address": _("Please write where the letter shall go."),
        "phone": _(
            "Please leave a number so that somebody can reach you, or choose “anonymously”."
        ),
    }
    """What is said where something is missing."""

    identity = forms.ChoiceField(
        label=_("How shall we know you?"),
        widget=forms.RadioSelect,
        choices=[
            (Identity.NAMED, explained(
                pgettext_lazy("identity", "By name"),
                _("The office that deals with it sees your name and number and can reach you."),
            )),
            (Identity.CONFIDENTIAL, explained(
                pgettext_lazy("identity", "In confidence"),
                _("Only the intake desk sees who you are. The office that deals with it does not."),
            )),
            (Identity.ANONYMOUS, explained(
                pgettext_lazy("identity", "Anonymously"),
                _("You leave nothing. You can look up the answer with your query code, but nobody "
                  "can ask you anything."),
            )),
        ],
        error_messages={"required": _("Please choose one of the three.")},
    )  # fmt: skip
    name = WordsField(
        label=_("Your name"), max_length=40, lines=False, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = PhoneField(
        label=_("Your telephone number"), required=False,
        help_text=_("Mobile or landline. It is stored sealed, and every look at it is recorded."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail address"), required=False, max_length=120,
        help_text=_("Only if you use e-mail. It is sealed like the number."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    reply_mode = forms.ChoiceField(
        label=_("How would you like to hear back?"),
        widget=forms.RadioSelect,
        required=False,
        initial=ReplyMode.PHONE,
        choices=[
            (ReplyMode.PHONE, pgettext_lazy("reply", "Call me")),
            (ReplyMode.ONLINE, pgettext_lazy("reply", "I look it up with my query code")),
            (ReplyMode.IN_PERSON, pgettext_lazy("reply", "Tell me in person")),
            (ReplyMode.LETTER, pgettext_lazy("reply", "Write me a letter")),
        ],
    )
    address = WordsField(
        label=_("Where shall the letter go?"), max_length=200, lines=False, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    notify = forms.ChoiceField(
        label=_("Shall we tell you when there is news?"),
        help_text=_("It only says that there is news and names your receipt number: nothing of the "
                    "matter. You can change this at any time."),
        widget=forms.RadioSelect,
        required=False,
        choices=notices_to_choose,
    )  # fmt: skip
    about_official = forms.BooleanField(
        label=_("This is about an office or somebody who works there"),
        help_text=_("Then it goes one level up, and the office it is about does not deal with it "
                    "and cannot see it."),
        required=False,
    )  # fmt: skip

    @property
    def has_notices(self) -> bool:
        """Whether there is a way by which somebody can be told of news."""
        return len(notices_to_choose()) > 1

    def clean(self) -> dict[str, Any]:
        """Anonymous keeps nothing, whatever was typed before; the others must be reachable."""
        data = super().clean() or self.cleaned_data
        if data.get("identity") == Identity.ANONYMOUS:
            for name in (*REACHED_BY, "notify"):
                self.errors.pop(name, None)
                data[name] = ""
            data["reply_mode"] = ReplyMode.ONLINE
            return data
        if "identity" not in data:
            return data
        data["reply_mode"] = data.get("reply_mode") or ReplyMode.PHONE
        if data["identity"] == Identity.NAMED and not data.get("name", "-"):
            self.add_error("name", self.SAYS["name"])
        by_letter = data["reply_mode"] == ReplyMode.LETTER
        if by_letter and not data.get("address", "-"):
            self.add_error("address", self.SAYS["address"])
        by_phone = data["reply_mode"] == ReplyMode.PHONE or not data.get("email", "-")
        if not by_letter and by_phone and not data.get("phone", "-"):
            self.add_error("phone", self.SAYS["phone"])
        if not by_letter:
            data["address"] = ""
        way = data.get("notify")
        fault = cannot_notify(way, data) if way else None
        if fault and not self.has_error(fault[0]):
            self.add_error(*fault)
        return data


class AddForm(forms.Form):
    """Something more about a concern that is already filed."""

    use_required_attribute = False

    words = WordsField(
        label=_("What do you want to add?"),
        help_text=_("Your first words stay as they are; this is put below them."),
        max_length=5_000,
        error_messages={"required": _("Please write what you want to add.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    attachments = FilesField(label=_("Photos or files"), most=MOST_FILES, required=False)
    keep_original = forms.BooleanField(
        label=KEEP_ORIGINAL, help_text=KEEP_ORIGINAL_HINT, required=False
    )


class ContactForm(forms.Form):
    """What has changed of name and number; the empty ones stay as they are."""

    use_required_attribute = False

    name = WordsField(
        label=_("Your name"), max_length=40, lines=False, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = PhoneField(label=_("Your telephone number"), required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"), required=False, max_length=120,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    address = WordsField(
        label=_("Your address, for letters"), max_length=200, lines=False, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip


class NoticesForm(forms.Form):
    """By which way somebody wishes to be told of news, and where that reaches them."""

    use_required_attribute = False

    notify = forms.ChoiceField(
        label=_("How shall we tell you?"), widget=forms.RadioSelect, required=False,
        choices=lambda: notices_to_choose(filed=True),
    )  # fmt: skip
    phone = PhoneField(
        label=_("Your telephone number"), required=False,
        help_text=_("Leave it empty if it is sealed here already and has not changed."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail address"), required=False, max_length=120,
        help_text=_("Leave it empty if it is sealed here already and has not changed."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


def concern_from(
    key: str, what: What, where: Where, who: Who, attachments: tuple[UUID, ...], language: str
) -> NewConcern:
    """What three valid screens say, ready to file."""
    said, place, person = what.cleaned_data, where.cleaned_data, who.cleaned_data
    return NewConcern(
        key=key,
        words=said["words"],
        wish=place["wish"],
        place=place["place"],
        area_id=place["area"],
        latitude=place["latitude"],
        longitude=place["longitude"],
        happened_on=place["happened_on"],
        about_official=person["about_official"],
        identity=person["identity"],
        reply_mode=person["reply_mode"],
        language=language,
        contact={name: person[name] for name in REACHED_BY if person[name]},
        notify=person["notify"],
        attachments=attachments,
    )


def carried(form: forms.Form) -> list[tuple[str, str]]:
    """The values of a screen that is not shown, as they were posted, for hidden fields."""
    found = []
    for name, field in form.fields.items():
        if isinstance(field, FilesField):
            continue
        value = field.widget.value_from_datadict(form.data, form.files, name)
        if isinstance(field, forms.BooleanField):
            found += [(name, "on")] if value else []
        elif value:
            found.append((name, words.clean(str(value))))
    return found
