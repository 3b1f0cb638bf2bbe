"""What a clerk is asked while somebody speaks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.intake.channels.call import queries
from lianxin.intake.channels.call.models import Call
from lianxin.intake.choices import Identity
from lianxin.intake.forms.phones import PhoneField
from lianxin.intake.forms.registering import RegisterForm
from lianxin.ui.forms import WordsField


class CallForm(RegisterForm):
    """A call, with the number of its recording and who put it through."""

    FACTS = ("call", "put_through_by")
    ABOUT = "call"

    call = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    source_ref = WordsField(
        label=_("Number of the recording"), required=False, max_length=80, lines=False
    )
    put_through_by = WordsField(
        label=_("Put through by"),
        required=False,
        max_length=80,
        lines=False,
        help_text=_("110, 119, another hotline: whoever had the caller first."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        found = self._named(self["call"].value())
        if found and found.concern_id is None and queries.has_number(found):
            self.fields["phone"].help_text = _(
                "The number they called from is sealed already. Fill this in only for another one."
            )

    def clean_call(self) -> Call | None:
        """The call that is being taken down; None: there is no telephone system."""
        return self._named(self.cleaned_data["call"])

    def _named(self, name: Any) -> Call | None:
        try:
            return queries.call_named(self.viewer, str(UUID(str(name))))
        except ValueError:
            return None

    def clean(self) -> dict[str, Any]:
        """The concern of a call takes over its sealed number, unless the caller stays unknown."""
        data = super().clean()
        call = data.get("call")
        if call and data.get("identity") != Identity.ANONYMOUS:
            data["owner"] = call.uuid
            data["sealed"] = ("phone",) if queries.has_number(call) else ()
        return data


class CallBackForm(forms.Form):
    """On which telephone a clerk is called, and then connected with whoever is called back."""

    line = PhoneField(
        label=_("Your own telephone"),
        help_text=_("You are called there and then connected. The person does not see it."),
        error_messages={"required": _("On which telephone shall we call you?")},
    )
