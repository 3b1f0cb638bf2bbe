"""The field for a query code."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lianxin.intake.receipts import HELPER
from lianxin.kernel.ids import CODE_LENGTH, NUMBER_LENGTH, parse_code, parse_number
from lianxin.ui.forms import DigitsField, WordsField


class CodeForm(forms.Form):
    """The query code, as it stands on the receipt; the receipt number may stand before it."""

    use_required_attribute = False

    code = WordsField(
        label=_("Query code"),
        help_text=_("The 20 digits on your receipt. Spaces do not matter."),
        max_length=80,
        lines=False,
        error_messages={"required": _("Please write the 20 digits of your query code here.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """The 20 digits; :attr:`number` holds the receipt number where one was typed too."""
        self.number, code = number_and_code(self.cleaned_data["code"])
        if code:
            return code
        text = self.cleaned_data["code"]
        if parse_number(text):
            raise ValidationError(
                _("This is the receipt number. To look it up you need the 20 digits below it.")
            )
        kept = [
            c
            for c in text
            if not (c.isspace() or c in ".·" or unicodedata.category(c) in ("Pd", "Cf"))
        ]
        if not all(c.isdecimal() for c in kept):
            raise ValidationError(_("The query code has digits only."))
        raise ValidationError(
            ngettext_lazy(
                "The query code has 20 digits; there is %(n)d here.",
                "The query code has 20 digits; there are %(n)d here.",
                "n",
            ),
            params={"n": len(kept)},
        )


class HelperForm(forms.Form):
    """The number that somebody reads out to whoever helps them."""

    use_required_attribute = False

    number = DigitsField(
        least=HELPER,
        most=HELPER,
        label=_("Number of the person you help"),
        help_text=_("12 digits. They see it on the page of their concern."),
    )


def number_and_code(text: str) -> tuple[str, str]:
    """Receipt number ("" when there is none) and code ("" when it is none)."""
    code = parse_code(text)
    if code:
        return "", code
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
    if len(kept) == NUMBER_LENGTH + CODE_LENGTH:
        for number, rest in (
            (kept[:NUMBER_LENGTH], kept[NUMBER_LENGTH:]),
            (kept[CODE_LENGTH:], kept[:CODE_LENGTH]),
        ):
            if (bare := parse_number(number)) and (digits := parse_code(rest)):
                return bare, digits
    return "", ""
