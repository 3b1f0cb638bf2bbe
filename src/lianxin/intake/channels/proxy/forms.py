"""What is asked of somebody who files for another person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.intake.channels.proxy.models import Relation
from lianxin.intake.choices import Identity
from lianxin.intake.forms.phones import PhoneField
from lianxin.intake.forms.registering import RegisterForm
from lianxin.ui.forms import WordsField


class ProxyForm(RegisterForm):
    """Name and number above are the person's; those of whoever came for them stand below."""

    FACTS = ("relation", "proxy_name", "proxy_phone", "paper")

    relation = forms.ChoiceField(
        label=_("Who files for them"), choices=Relation.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose who files for them.")},
    )  # fmt: skip
    proxy_name = WordsField(
        label=_("Name of whoever files"), max_length=40, lines=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    proxy_phone = PhoneField(
        label=_("Their telephone"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    paper = WordsField(
        label=_("Where the signed authorisation is kept"), max_length=80, lines=False,
        help_text=_("You have seen it: for example file 2026-15. Do not photograph it."),
        error_messages={
            "required": _("Without the person's written word nobody files for them.")
        },
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [choice for choice in Identity.choices if choice[0] != Identity.ANONYMOUS]
        identity = self.fields["identity"]
        assert isinstance(identity, forms.ChoiceField)
        identity.choices = known
        self.fields["name"].required = True
