"""Staff's side of the judgement: follow-up calls and rulings. Nobody here can rate."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.cases.choices import Way
from lianxin.sorting import queries as sorting
from lianxin.ui.acts import ActForm
from lianxin.ui.forms import WordsField

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class CallBackForm(ActForm):
    """A try to reach the person (T30)."""

    way = forms.ChoiceField(label=_("How"), choices=Way.choices, widget=forms.RadioSelect)
    reached = forms.ChoiceField(label=_("Reached"), choices=YES_NO, widget=forms.RadioSelect)
    note = WordsField(
        label=_("Note"),
        required=False,
        max_length=500,
        help_text=_("What you told them. Their judgement they give themselves, with their code."),
    )

    def prepare(self) -> None:
        self.initial["way"] = Way.PHONE

    def clean_reached(self) -> bool:
        """Whether somebody answered."""
        return bool(self.cleaned_data["reached"] == "yes")


class ReworkForm(ActForm):
    """Why it is done again (T32)."""

    reason = forms.ChoiceField(label=_("What was wrong"), required=False)
    text = WordsField(label=_("What must be done; unit and person both read it"), max_length=2_000)

    def prepare(self) -> None:
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *sorting.reasons("rework_reasons")]


class LetStandForm(ActForm):
    """Why the reply stands (T33)."""

    text = WordsField(
        label=_("Why it stands; the person reads it"),
        max_length=2_000,
        help_text=_("It still counts as not satisfied."),
    )
