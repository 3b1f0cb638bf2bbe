"""What is asked about a box, its opening and a letter out of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lianxin.access import Viewer
from lianxin.intake.channels.box import queries, slips
from lianxin.intake.channels.box.policy import KEEPERS
from lianxin.intake.choices import Identity, ReplyMode
from lianxin.intake.forms.registering import PaperForm
from lianxin.intake.forms.screens import places_to_choose
from lianxin.people.forms import only_one_called, units_to_choose
from lianxin.ui.forms import WordsField


class BoxForm(forms.Form):
    """A box: where it hangs and who opens it."""

    name = WordsField(
        label=_("What the place is called"), max_length=60, lines=False,
        help_text=_("It stands on the poster in large letters, for example: East Gate market."),
    )  # fmt: skip
    area = forms.TypedChoiceField(label=_("Community or village"), coerce=int)
    place = WordsField(
        label=_("Where exactly it hangs"), required=False, max_length=200, lines=False,
        help_text=_("Whoever scans the poster has this as the place, and can change it."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(label=_("Who opens it"), coerce=int)
    paper = forms.BooleanField(label=_("There is a box for letters on paper"), required=False)
    every_days = forms.IntegerField(
        label=_("Opened at least every … days"), min_value=1, max_value=92, initial=7,
        widget=forms.NumberInput(attrs={"min": 1, "max": 92}),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        area, unit = self.fields["area"], self.fields["unit"]
        assert isinstance(area, forms.TypedChoiceField)
        assert isinstance(unit, forms.TypedChoiceField)
        area.choices = [("", "—"), *places_to_choose()]
        unit.choices = units_to_choose(viewer, *KEEPERS)


class OpenForm(forms.Form):
    """What two people found when they opened a box. ``first``: the number that comes next."""

    first = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    second = WordsField(
        label=_("Who opened it with you"), max_length=60, lines=False,
        help_text=_("Name or user name. Two people open a box."),
    )  # fmt: skip
    letters = forms.IntegerField(
        label=_("How many letters lay in it"), min_value=0, max_value=500,
        widget=forms.NumberInput(attrs={"min": 0, "max": 500}),
    )  # fmt: skip
    at = forms.DateTimeField(label=_("When"), required=False, help_text=_("Empty: now."))
    note = WordsField(label=_("Remarks"), required=False, max_length=300, lines=False)

    def clean_second(self) -> int:
        """The one person of that name."""
        return only_one_called(self.cleaned_data["second"]).pk


class SlipsForm(forms.Form):
    """How many receipt slips to print."""

    count = forms.TypedChoiceField(
        label=_("How many slips"), coerce=int, initial=5 * slips.SHEET,
        choices=lambda: [(n * slips.SHEET, _pages(n)) for n in (1, 2, 5, 10, 25)],
    )  # fmt: skip


def _pages(pages: int) -> str:
    return ngettext("%(slips)d, on %(pages)d page", "%(slips)d, on %(pages)d pages", pages) % {
        "slips": pages * slips.SHEET,
        "pages": pages,
    }


class BoxLetterForm(PaperForm):
    """A letter out of a box, typed in."""

    FACTS = ("letter", "slip", "blank")

    letter = forms.ChoiceField(
        label=_("Which letter"),
        help_text=_("Open the box first: then its letters have numbers."),
    )
    slip = WordsField(
        label=_("Number on the slip"), required=False, max_length=40, lines=False,
        help_text=_("If a receipt slip lies with the letter: its other half opens this matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    blank = forms.BooleanField(
        label=_("The letter is blank, or nobody can read it"), required=False,
        help_text=_("It is filed like every letter, so that it waits no longer; the desk sets it "
                    "aside with a second person. Whoever kept the slip reads so."),
    )  # fmt: skip

    field_order = ["key", "letter", "slip", "blank", *PaperForm.field_order]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["received_at"]
        self.initial.setdefault("reply_mode", ReplyMode.ONLINE.value)
        self.initial.setdefault("identity", Identity.ANONYMOUS.value)
        self.waiting = {row.name: row for row in queries.waiting_letters(self.viewer)}
        # Sent twice it is not waiting any more; it gets its receipt again.
        sent = queries.letter_called(self.viewer, str(self.data.get("letter", "")))
        if sent is not None:
            self.waiting.setdefault(sent.name, sent)
        letter = self.fields["letter"]
        assert isinstance(letter, forms.ChoiceField)
        letter.choices = [("", "—"), *((name, str(row)) for name, row in self.waiting.items())]
        if not self.waiting:
            letter.help_text = _("All letters are typed in. Open a box first to add more.")

    def clean(self) -> dict[str, Any]:
        """A blank letter has no words of its own."""
        data = super().clean() or self.cleaned_data
        if data.get("blank") and not data.get("words"):
            self.errors.pop("words", None)
            data["words"] = gettext("(a blank letter)")
        return data

    def clean_letter(self) -> queries.Waiting:
        """The letter itself."""
        return self.waiting[self.cleaned_data["letter"]]

    def clean_slip(self) -> slips.Slip | None:
        """The slip, or None when none lay there."""
        typed = self.cleaned_data["slip"]
        slip = slips.read(typed) if typed else None
        if typed and slip is None:
            raise forms.ValidationError(
                gettext("This is no number of a slip. It looks like K7QX2M-0012.")
            )
        return slip
