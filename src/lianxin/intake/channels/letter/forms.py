"""What is written down of a letter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.intake.choices import ReplyMode
from lianxin.intake.forms.registering import PaperForm
from lianxin.kernel import clock
from lianxin.ui.forms import WordsField


class LetterForm(PaperForm):
    """A letter, typed in; its pages go in as photos or as one scan."""

    FACTS = ("dated",)

    source_ref = WordsField(
        label=_("Number in the register of letters"), required=False, max_length=80, lines=False
    )
    dated = forms.DateField(label=_("Day on the envelope"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("reply_mode", ReplyMode.LETTER.value)
        self.fields["received_at"].label = _("When it arrived")

    def clean_dated(self) -> date | None:
        """Not to come, and no letter of another century."""
        day: date | None = self.cleaned_data["dated"]
        if day is not None and not date(1950, 1, 1) <= day <= clock.today():
            raise forms.ValidationError(
                gettext("Please check the date: it cannot be in the future.")
            )
        return day
