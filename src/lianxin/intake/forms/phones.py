"""A telephone number as people write it."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lianxin.ui.forms import WordsField


class PhoneField(WordsField):
    """A telephone number as people write it; becomes digits, with + and - where they belong."""

    default_error_messages = {
        "short": ngettext_lazy(
            "The mobile number is %(n)d digit short.",
            "The mobile number is %(n)d digits short.",
            "n",
        ),
        "long": ngettext_lazy(
            "The mobile number has %(n)d digit too many.",
            "The mobile number has %(n)d digits too many.",
            "n",
        ),
        "odd": _("This does not look like a telephone number. Please look at it again."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        )
        super().__init__(max_length=40, lines=False, **options)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        kept = unicodedata.normalize("NFKC", text)
        kept = "".join(c for c in kept if not (c.isspace() or c in "-()." or _dash(c)))
        abroad = kept.startswith("+") and not kept.startswith("+86")
        kept = kept.removeprefix("+86").removeprefix("+")
        if kept.startswith("86") and len(kept) == 13:
            kept = kept[2:]
        digits = "".join(str(unicodedata.decimal(c, "x")) for c in kept)
        if not digits.isdigit():
            raise ValidationError(self.error_messages["odd"], code="odd")
        if abroad:
            return self._kept(f"+{digits}", 8 <= len(digits) <= 15)
        if digits.startswith("1") and len(digits) >= 7 and digits[:3] not in ("100", "123", "106"):
            missing = 11 - len(digits)
            if missing:
                kind = "short" if missing > 0 else "long"
                raise ValidationError(
                    self.error_messages[kind], code=kind, params={"n": abs(missing)}
                )
            return self._kept(digits, digits[1] in "3456789")
        # Area code and local number, or the local number alone.
        whole = 10 <= len(digits) <= 12 if digits.startswith("0") else 7 <= len(digits) <= 8
        return self._kept(digits, whole)

    def _kept(self, digits: str, right: bool) -> str:
        if not right:
            raise ValidationError(self.error_messages["odd"], code="odd")
        return digits


def _dash(char: str) -> bool:
    return unicodedata.category(char) in ("Pd", "Cf")
