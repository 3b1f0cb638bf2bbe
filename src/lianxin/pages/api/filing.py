"""A concern that a program files: the three screens of the report form as one body."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import get_language

from lianxin.intake import actions
from lianxin.intake.actions import NewConcern
from lianxin.intake.choices import Channel
from lianxin.intake.forms import KEEP_ORIGINAL, KEEP_ORIGINAL_HINT, What, Where, Who, concern_from


class Originals(forms.Form):
    """Whether the files are kept as they came, too."""

    keep_original = forms.BooleanField(
        label=KEEP_ORIGINAL, help_text=KEEP_ORIGINAL_HINT, required=False
    )


class Report:
    """All that the screens ask, checked as they check it."""

    def __init__(self, data: Any = None, files: Any = None) -> None:
        self.what, self.where, self.who = What(data, files), Where(data), Who(data)
        self.originals = Originals(data)
        self.forms = (self.what, self.where, self.who, self.originals)
        self.fields: dict[str, forms.Field] = {}
        for form in self.forms:
            self.fields |= form.fields

    def is_valid(self) -> bool:
        """Whether every screen is."""
        return not self.errors

    @property
    def errors(self) -> dict[str, Any]:
        """The faults of all of them, by field."""
        return {name: texts for form in self.forms for name, texts in form.errors.items()}

    def concern(self, key: str, *, quarantined: bool) -> NewConcern:
        """What to file under this key; keeps the files."""
        keep = self.originals.cleaned_data["keep_original"]
        kept = [
            actions.store_file(sent.copy, original=sent.original if keep else None).uuid
            for sent in self.what.cleaned_data["attachments"]
        ]
        new = concern_from(key, self.what, self.where, self.who, tuple(kept), get_language() or "")
        return replace(new, channel=Channel.API, quarantined=quarantined)
