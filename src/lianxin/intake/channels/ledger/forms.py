"""What is asked about a ledger: whose it is, and which column holds what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.access import Viewer
from lianxin.intake.choices import Identity
from lianxin.intake.importing import FIELDS
from lianxin.intake.policy import TAKE_DOWN
from lianxin.people.forms import units_to_choose
from lianxin.ui.forms import WordsField

MOST_BYTES = 5_000_000
LABELS = {
    "words": pgettext_lazy("column", "What was said"),
    "title": pgettext_lazy("column", "Title"),
    "received": pgettext_lazy("column", "When it came"),
    "id": pgettext_lazy("column", "Number in the ledger"),
    "wish": pgettext_lazy("column", "What would settle it"),
    "place": pgettext_lazy("column", "Place"),
    "name": pgettext_lazy("column", "Name of the person"),
    "phone": pgettext_lazy("column", "Telephone"),
}


class BringForm(forms.Form):
    """A sheet, and whose ledger it is."""

    unit = forms.TypedChoiceField(label=_("Whose ledger"), coerce=int)
    name = WordsField(
        label=_("What it is called"), max_length=30, lines=False,
        help_text=_("Under the same name its columns are known the next time."),
    )  # fmt: skip
    identity = forms.ChoiceField(
        label=_("Where names and numbers stand in it"),
        choices=[row for row in Identity.choices if row[0] != Identity.ANONYMOUS],
        initial=Identity.CONFIDENTIAL.value,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label=_("The sheet"), help_text=_("XLSX or CSV, at most 5 MB."))

    def __init__(self, *args: Any, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.TypedChoiceField)
        unit.choices = units_to_choose(viewer, *TAKE_DOWN)
        if len(unit.choices) == 2:
            unit.initial = unit.choices[1][0]

    def clean_file(self) -> bytes:
        """The bytes of the sheet."""
        sent: UploadedFile[bytes] = self.cleaned_data["file"]
        if getattr(sent, "too_large", False) or (sent.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": 5})
        content: bytes = sent.read()
        return content


class ColumnsForm(forms.Form):
    """Which column of the sheet holds what."""

    def __init__(self, *args: Any, columns: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", pgettext_lazy("column", "none")), *((name, name) for name in columns)]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name], required=name == "words", choices=choices
            )

    def clean(self) -> dict[str, Any]:
        """No column holds two things."""
        data = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name, column in list(data.items()):
            if column and taken.setdefault(column, name) != name:
                self.add_error(name, _("This column is chosen above already."))
        return data
