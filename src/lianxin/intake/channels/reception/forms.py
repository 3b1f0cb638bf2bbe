"""What is asked about a reception day, a booking, what was said, and how it felt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.access import Viewer
from lianxin.intake.channels.reception import queries
from lianxin.intake.channels.reception.models import MOST_PLACES, Turn
from lianxin.intake.channels.reception.policy import PUBLISHERS
from lianxin.intake.choices import Identity, ReplyMode
from lianxin.intake.forms.phones import PhoneField
from lianxin.intake.forms.registering import RegisterForm
from lianxin.intake.forms.screens import notices_to_choose
from lianxin.kernel import clock
from lianxin.people.forms import units_to_choose
from lianxin.ui.forms import WordsField
from lianxin.vault.queries import fields, ways_of_notice


class DayForm(forms.Form):
    """A reception day."""

    leader = WordsField(label=_("Who hears people"), max_length=40, lines=False)
    post = WordsField(
        label=_("Their post"), max_length=60, lines=False,
        help_text=_("For example: deputy head of the county."),
    )  # fmt: skip
    portfolio = WordsField(
        label=_("What they answer for"), required=False, max_length=200, lines=False,
        help_text=_("People choose by it: education and health, water and roads."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(label=_("Run by"), coerce=int)
    place = WordsField(label=_("Where"), max_length=120, lines=False)
    starts_at = forms.DateTimeField(label=_("From"))
    ends_at = forms.DateTimeField(label=_("Until"))
    places = forms.IntegerField(
        label=_("Turns that can be booked"), min_value=1, max_value=MOST_PLACES, initial=10,
        help_text=_("Whoever comes unannounced gets a turn after them."),
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_PLACES}),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.TypedChoiceField)
        unit.choices = units_to_choose(viewer, *PUBLISHERS)


class CancelForm(forms.Form):
    """Why a day is called off."""

    why = WordsField(
        label=_("Why is it called off?"), max_length=200, lines=False,
        help_text=_("Everybody reads it in the calendar."),
    )  # fmt: skip


class BookForm(forms.Form):
    """Whether somebody wishes to be told when their day changes. Nothing else is asked."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    notify = forms.ChoiceField(
        label=_("If the day is moved or called off, tell me"),
        required=False, choices=notices_to_choose,
    )  # fmt: skip
    phone = PhoneField(label=_("Telephone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=120)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not ways_of_notice():
            for name in ("notify", "phone", "email"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Whoever leaves a number or an address wants it used."""
        data = super().clean() or self.cleaned_data
        open_ = [way.value for way in ways_of_notice()]
        for way, name in (("sms", "phone"), ("email", "email")):
            if not data.get("notify") and data.get(name) and way in open_:
                data["notify"] = way
        return data


class TurnCodeForm(forms.Form):
    """The code of a turn."""

    code = WordsField(
        label=_("Code of the turn"), max_length=40, lines=False,
        help_text=_("The 12 digits you got with your turn. Spaces do not matter."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


ATTITUDES = (
    ("3", pgettext_lazy("reception", "Friendly and patient")),
    ("2", pgettext_lazy("reception", "So-so")),
    ("1", pgettext_lazy("reception", "Cold or rude")),
)


class RateForm(TurnCodeForm):
    """How somebody was received."""

    code = WordsField(widget=forms.HiddenInput, max_length=40, lines=False)
    attitude = forms.TypedChoiceField(
        label=_("How were you received?"), coerce=int, choices=ATTITUDES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the three.")},
    )  # fmt: skip


class ReceptionForm(RegisterForm):
    """What somebody says on a reception day, and what was answered on the spot."""

    FACTS = ("turn", "answered")
    ABOUT = "turn"

    turn = forms.ChoiceField(
        label=_("Whose turn"), error_messages={"required": _("Choose whose turn it is.")}
    )
    answered = WordsField(
        label=_("Answered on the spot"), required=False, max_length=1_000,
        help_text=_("What the leader said or promised. It stands on the case."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("reply_mode", ReplyMode.IN_PERSON.value)
        self._turns = {str(turn.uuid): turn for turn in queries.open_turns(self.viewer)}
        # The one that is being sent again has its concern by now.
        given = str(self["turn"].value() or "")
        if given and given not in self._turns and (turn := queries.turn(self.viewer, given)):
            self._turns[given] = turn
        choice = self.fields["turn"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "—"), *((name, _label(t)) for name, t in self._turns.items())]

    def clean_turn(self) -> Turn:
        """The turn that was chosen."""
        return self._turns[self.cleaned_data["turn"]]

    def clean(self) -> dict[str, Any]:
        """An address that was sealed with the booking goes with the concern."""
        data = super().clean()
        turn = data.get("turn")
        if turn and turn.way and data.get("identity") != Identity.ANONYMOUS:
            data["owner"], data["sealed"] = turn.uuid, tuple(fields(turn.uuid))
        return data


def _label(turn: Turn) -> str:
    when = turn.day.starts_at.astimezone(clock.SHANGHAI)
    return f"{when:%m-%d} {turn.day.leader} · {turn.number}"
