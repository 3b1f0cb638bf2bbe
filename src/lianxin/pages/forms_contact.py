"""Forms around the sealed contact: open, ask, answer, review, write through the relay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.intake.forms import PhoneField
from lianxin.pages.wording import SEALED_FIELDS
from lianxin.ui.forms import WordsField
from lianxin.vault.choices import Decision, Purpose, Verdict, Way


class RevealForm(forms.Form):
    """Why somebody opens a sealed contact."""

    purpose = WordsField(
        label=_("What do you need it for?"),
        max_length=200,
        lines=False,
        help_text=_("It stands in the record of the case, with your name; the person can read it."),
    )


class AskForm(forms.Form):
    """What somebody asks to see, and why; a second person answers.

    ``sealed``: the fields to choose from; None where there is only one thing to see.
    """

    fields_wanted = forms.MultipleChoiceField(
        label=_("What do you need to see?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what you need to see.")},
    )
    purpose = forms.ChoiceField(
        label=_("What do you need it for?"), choices=Purpose.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you need it for.")},
    )  # fmt: skip
    reason = WordsField(
        label=_("Why is there no other way?"),
        max_length=500,
        help_text=_(
            "In 15 characters or more. The second person decides by this, and the person who "
            "raised the concern can read it."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    emergency = forms.BooleanField(
        label=_("Emergency: open it now"),
        help_text=_("Only when life or safety is in danger and nobody can be waited for. Two "
                    "people above you are told at once, and somebody else looks at it within "
                    "24 hours."),
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, sealed: Sequence[str] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if sealed is None:
            del self.fields["fields_wanted"]
            return
        wanted = self.fields["fields_wanted"]
        assert isinstance(wanted, forms.MultipleChoiceField)
        wanted.choices = [(name, SEALED_FIELDS.get(name, name)) for name in sealed]

    def add_error(self, field: str | None, error: Any) -> None:
        """The action calls it `fields`, which a form cannot."""
        if field == "fields":
            field = "fields_wanted" if "fields_wanted" in self.fields else None
        super().add_error(field, error)


class DecideForm(forms.Form):
    """The second person's answer."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            (Decision.GRANTED.value, _("Grant: they may look for 24 hours")),
            (Decision.REFUSED.value, _("Refuse")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    why = WordsField(
        label=_("Why"), required=False, max_length=500,
        help_text=_("Whoever asked reads it. A refusal needs a reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ReviewForm(forms.Form):
    """Whether an opening without a second person was an emergency."""

    verdict = forms.ChoiceField(
        label=_("What did you find?"), choices=Verdict.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )  # fmt: skip
    why = WordsField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who raised the concern reads what you found, not the reason."),
    )  # fmt: skip


class WriteForm(forms.Form):
    """Reach the person without seeing number or address."""

    way = forms.ChoiceField(
        label=_("How"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a way."), "invalid_choice": _("Choose a way.")},
    )
    text = WordsField(
        label=_("What you write"), required=False, max_length=1_000,
        help_text=_("It stands in the story of the case, and the person reads it there as well. "
                    "For a call leave it empty."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    line = PhoneField(
        label=_("Your own telephone, for a call"), required=False,
        help_text=_("You are called there and then connected. The person does not see it."),
    )  # fmt: skip

    def __init__(self, *args: Any, ways: Sequence[Way], **options: Any) -> None:
        super().__init__(*args, **options)
        way = self.fields["way"]
        assert isinstance(way, forms.ChoiceField)
        way.choices = [(way.value, way.label) for way in ways]
        if Way.CALL not in ways:
            del self.fields["line"]
            self.fields["text"].help_text = _(
                "It stands in the story of the case, and the person reads it there as well."
            )
        if len(ways) == 1:
            way.initial = ways[0].value
