"""The form of one line of the dispatch catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.access import Viewer
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.ui.forms import WordsField


class LineForm(forms.Form):
    """Which unit deals with a category, everywhere or in one area, from a day on."""

    area = forms.TypedChoiceField(
        label=_("Area"), required=False, coerce=int, empty_value=None,
        help_text=_("Empty: wherever no line of a smaller area says otherwise."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(label=_("Unit that deals with it"), coerce=int)
    leader = forms.TypedChoiceField(
        label=_("Responsible leader"), required=False, coerce=int, empty_value=None
    )
    co_units = forms.TypedMultipleChoiceField(
        label=_("Units that help"), required=False, coerce=int,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )  # fmt: skip
    basis = WordsField(
        label=_("Basis"), required=False, max_length=200, lines=False,
        help_text=_("The list of duties or the rule that says so."),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("From"), required=False, help_text=_("Empty: from today."))

    def __init__(self, *args: Any, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        units = [unit for unit in people.unit_tree(viewer) if unit.active]
        named = [(unit.pk, f"{unit.indent}{unit.name}") for unit in units]
        choices: dict[str, list[Any]] = {
            "area": [("", "—"), *people.places_to_choose()],
            "unit": [("", "—"), *named],
            "leader": [("", "—"), *people.holders(units, Role.UNIT_LEADER)],
            "co_units": named,
        }
        for name, pairs in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = pairs
