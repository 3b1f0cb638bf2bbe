"""The proof of filing, as it stands on the receipt."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.ui.forms import WordsField


class ProofForm(forms.Form):
    """What somebody copies from paper; dashes, width and capitals do not matter."""

    use_required_attribute = False

    proof = WordsField(
        label=_("Proof of filing"),
        help_text=_("From your receipt, like 1234-ab12-cd34-ef56-7890."),
        max_length=100,
        lines=False,
        error_messages={"required": _("Please copy the proof of filing from your receipt.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def say_unreadable(self) -> None:
        """Put it at the field that this is no proof."""
        self.add_error(
            "proof",
            _(
                "This is no proof of filing. It is a number, then four groups of four digits and "
                "letters from a to f."
            ),
        )
