"""Keeping somebody away from a case, and letting them see it again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.cases import queries
from lianxin.cases.forms.desk import UnitField, unit_choices
from lianxin.cases.forms.rulings import RulingForm
from lianxin.people import queries as people
from lianxin.people.forms import only_one_called
from lianxin.ui.acts import ActForm
from lianxin.ui.forms import WordsField


class KeepAwayForm(ActForm):
    """Whom the case is about: a unit or a member of staff."""

    unit = UnitField(label=_("This unit, with everything below it"), required=False)
    user = WordsField(
        label=_("Or this member of staff"),
        required=False,
        max_length=40,
        lines=False,
        help_text=_("Name or user name. Whoever they head is kept away as well."),
    )
    reason = WordsField(label=_("Why"), max_length=300, lines=False)

    def prepare(self) -> None:
        field = self.fields["unit"]
        assert isinstance(field, UnitField)
        field.choices = unit_choices(people.unit_tree(self.viewer))

    def clean_user(self) -> int | None:
        """The id of the one person with this name."""
        typed = self.cleaned_data["user"]
        if not typed:
            return None
        return only_one_called(typed).pk


class LiftForm(ActForm):
    """Who is not meant after all."""

    conflict = forms.TypedChoiceField(
        label=_("Who may see the case again"), coerce=int, widget=forms.RadioSelect
    )
    reason = WordsField(label=_("Why"), max_length=300, lines=False)

    def prepare(self) -> None:
        field = self.fields["conflict"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            (row.pk, f"{row.party} · {row.get_ground_display()}")
            for row in queries.conflicts_of(self.thing)
        ]


class StepAsideForm(ActForm):
    """Why somebody leaves the case to others."""

    reason = WordsField(
        label=_("What ties you to it"),
        max_length=300,
        lines=False,
        help_text=_("One sentence; whoever goes on with the case reads it."),
    )


class HandBackForm(ActForm):
    """Why a sealed case is none of the discipline body's."""

    reason = WordsField(
        label=_("Why it is not about conduct; the person reads this"), max_length=300, lines=False
    )


class AcceptedForm(RulingForm):
    """Whether an accusation is accepted, and the words the person reads."""

    yes = _("It is accepted")
    no = _("It is not accepted")
    text = WordsField(label=_("What the person reads"), max_length=2_000)


class ResultForm(ActForm):
    """What came of an accusation, in the words the person reads."""

    text = WordsField(
        label=_("What the person reads"),
        max_length=2_000,
        help_text=_("As far as it may be told. They read it with their query code."),
    )


class RecusalRuling(RulingForm):
    """The person's wish that somebody does not deal with it."""

    yes = _("Grant it: whoever is ticked stays away from now on")
    no = _("Decline: there is no reason to doubt them")
    who = forms.MultipleChoiceField(
        label=_("Who stays away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = WordsField(label=_("Why; the person reads this"), max_length=2_000)
    field_order = ("grant", "who", "text")

    def prepare(self) -> None:
        super().prepare()
        case = self.thing
        field = self.fields["who"]
        assert isinstance(field, forms.MultipleChoiceField)
        parts: list[tuple[str, Any]] = [
            ("handler", case.handler and case.handler.name),
            ("leader", case.leader and case.leader.name),
            ("unit", case.lead_unit and case.lead_unit.name),
        ]
        field.choices = [(name, label) for name, label in parts if label]
