"""Yes or no to what somebody asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.cases.choices import SupervisionKind
from lianxin.ui.acts import ActForm
from lianxin.ui.forms import WordsField


class RulingForm(ActForm):
    """A decision and its reason. Subclasses name the two answers."""

    yes: Any = _("Grant it")
    no: Any = _("Decline it")
    grant = forms.ChoiceField(label=pgettext_lazy("form", "Decision"), widget=forms.RadioSelect)
    text = WordsField(label=_("Why"), max_length=2_000)

    def prepare(self) -> None:
        field = self.fields["grant"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("yes", self.yes), ("no", self.no)]

    def clean_grant(self) -> bool:
        """Whether it was granted."""
        return bool(self.cleaned_data["grant"] == "yes")


class RefusalRuling(RulingForm):
    """The second pair of eyes on "not accepted"."""

    yes = _("Confirm: it is not accepted, and the person reads the words above")
    no = _("No: sort it and send it on")


class AsideRuling(RulingForm):
    """The second pair of eyes on "no concern at all"."""

    yes = _("Confirm: there is no concern in it, and the person reads the words above")
    no = _("No: it stays in the queue, to be sorted")


class ReturnRuling(RulingForm):
    """Whose case it is."""

    yes = _("They are right: back to the desk, to be sent elsewhere")
    no = _("It is theirs, for good")


class ExtensionRuling(RulingForm):
    """More time or not."""

    yes = _("Grant the days; the person is told the reason and the new date")
    no = _("Decline: the limit stays")


class DeferralRuling(RulingForm):
    """A timetable instead of a reply."""

    yes = _("Approve: each step becomes a promise with a date")
    no = _("Decline: go on working")


class TerminationRuling(RulingForm):
    """The end of handling."""

    yes = _("Approve: handling ends, and the person reads the words above")
    no = _("Decline: go on working")


class WithdrawalRuling(RulingForm):
    """Free will or not."""

    yes = _("It is their own free will: close it")
    no = _("It is not, or we could not find out: the case goes on")
    text = WordsField(label=_("What the person said"), max_length=2_000)


class ObjectionRuling(RulingForm):
    """The person's objection."""

    yes = _("The person is right: sort it anew")
    no = _("The decision stands")
    text = WordsField(label=_("Why; the person reads this"), max_length=2_000)


class ReviewRuling(RulingForm):
    """The higher body's decision."""

    yes = _("Change the reply")
    no = _("Confirm the reply")
    text = WordsField(label=_("The decision with its reasons; the person reads it"))


class ReasonForm(ActForm):
    """Only a reason."""

    text = WordsField(label=_("Why"), max_length=2_000)


class SuperviseForm(ActForm):
    """Urge or supervise."""

    kind = forms.ChoiceField(
        label=_("How strongly"), choices=SupervisionKind.choices, widget=forms.RadioSelect
    )
    text = WordsField(label=_("What must happen, and by when"), max_length=300)
