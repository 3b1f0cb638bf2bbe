"""Forms for a receiver's key. What a pass-phrase must be like is decided by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.seals.actions import SHORTEST
from lianxin.seals.queries import Desk

LONGEST = 200


def _secret(label: Any, *, new: bool, **more: Any) -> forms.CharField:
    attributes = {"autocomplete": "new-password" if new else "off"}
    widget = forms.PasswordInput(attrs=attributes)
    return forms.CharField(label=label, max_length=LONGEST, strip=False, widget=widget, **more)


class UnlockForm(forms.Form):
    """The pass-phrase of one's own share."""

    use_required_attribute = False
    phrase = _secret(_("Your pass-phrase"), new=False)


class PhraseForm(forms.Form):
    """A new pass-phrase, typed twice."""

    use_required_attribute = False
    phrase = _secret(
        _("A pass-phrase of your own"), new=True,
        help_text=_("At least %(least)s characters; several words are easy to remember. Not the "
                    "password you sign in with.") % {"least": SHORTEST},
    )  # fmt: skip
    again = _secret(_("The same once more"), new=True)

    def clean_again(self) -> str:
        """Both times the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("phrase", again):
            raise forms.ValidationError(gettext("This is not the same as above."))
        return again


class TakeUpForm(PhraseForm):
    """What opens the key now, and the pass-phrase that opens it from now on."""

    code = forms.CharField(
        label=_("The code, or the key from the paper"), max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Twelve digits that a colleague reads out to you, or the long line that "
                    "begins with AGE-SECRET-KEY."),
    )  # fmt: skip
    field_order = ("code", "phrase", "again")


class LetInForm(forms.Form):
    """Which colleague gets the key."""

    use_required_attribute = False
    user = forms.TypedChoiceField(label=_("Colleague"), coerce=int)

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["user"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(user.pk, user.name) for user in desk.without]
