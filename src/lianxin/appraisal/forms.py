"""The resident's judgement: three faces, one word on whether it is solved, one sentence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.appraisal.actions import NewRating
from lianxin.appraisal.models import Score, Solved
from lianxin.sorting import queries as sorting
from lianxin.ui.forms import WordsField

ROWS = ("result", "speed", "attitude")
FACES = {Score.GOOD: "mood-happy", Score.FAIR: "mood-neutral", Score.BAD: "mood-sad"}
_SCORES = [(str(score.value), score.label) for score in sorted(FACES, reverse=True)]
_UNCHOSEN = {"required": _("Please choose one.")}


def _row(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=_SCORES, coerce=int, widget=forms.RadioSelect, error_messages=_UNCHOSEN
    )


class RatingForm(forms.Form):
    """Only the holder of the query code is ever shown this form."""

    use_required_attribute = False

    solved = forms.ChoiceField(
        label=_("Is it solved?"),
        choices=Solved.choices,
        widget=forms.RadioSelect,
        error_messages=_UNCHOSEN,
    )
    result = _row(_("The result"))
    speed = _row(_("How fast it went"))
    attitude = _row(_("How you were treated"))
    words = WordsField(
        label=_("Anything you want to say"), max_length=2_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for row in ROWS:
            reasons = sorting.reasons(f"dissatisfaction_{row}")
            if reasons:
                self.fields[f"why_{row}"] = forms.MultipleChoiceField(
                    label=_("What was it?"),
                    choices=reasons,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each score with the reasons that go with it."""
        return [
            (self[row], self[f"why_{row}"] if f"why_{row}" in self.fields else None) for row in ROWS
        ]

    def rating(self) -> NewRating:
        """What the form says. A reason counts only beside a score that is not full."""
        data = self.cleaned_data
        return NewRating(
            result=data["result"],
            speed=data["speed"],
            attitude=data["attitude"],
            solved=data["solved"],
            reasons=[
                reason
                for row in ROWS
                if data[row] < Score.GOOD
                for reason in data.get(f"why_{row}", ())
            ],
            words=data["words"],
        )
