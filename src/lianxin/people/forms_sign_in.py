"""The forms of the second step: codes as people type them, and what a passkey answers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account
from allauth.core import context
from allauth.mfa.adapter import get_adapter as factors
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.kernel import words
from lianxin.people import tries
from lianxin.people.wording import Reading

LONGEST = 40
LONGEST_NAME = 40


def code_field() -> forms.CharField:
    """Digits, typed by hand; telephones show their number keys."""
    typing = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(
        label=_("Code"), max_length=LONGEST, widget=forms.TextInput(attrs=typing)
    )


class _Code:
    """Checks a code of the app or a recovery code; tries are counted by name and browser."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        code = words.fold(self.cleaned_data["code"]).replace(" ", "")
        usage = tries.count(context.request, self.user.username, "code")
        if not usage:
            raise account().validation_error("too_many_login_attempts")
        held = Authenticator.objects.filter(user_id=self.user.pk)
        for found in held.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk"):
            if found.wrap().validate_code(code) and tries.is_first_use(self.user.username, code):
                found.user = self.user
                self.authenticator = found
                usage.rollback()
                return code
        raise factors().validation_error("incorrect_code")


class CodeForm(_Code, AuthenticateForm):  # type: ignore[misc]
    """At signing in."""

    code = code_field()


class CodeAgainForm(_Code, ReauthenticateForm):  # type: ignore[misc]
    """Before something that needs a fresh step."""

    code = code_field()


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that is being set up."""

    code = code_field()

    def clean_code(self) -> str:
        self.cleaned_data["code"] = words.fold(self.cleaned_data["code"]).replace(" ", "")
        return str(super().clean_code())


class _Passkey:
    """What a passkey answered; nothing in it can be guessed, so nothing is counted."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        try:
            webauthn.parse_authentication_response(credential)
            return webauthn.complete_authentication(self.user, credential)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise factors().validation_error("incorrect_code") from error


class PasskeyForm(_Passkey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """At signing in."""


class PasskeyAgainForm(_Passkey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something that needs a fresh step."""


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is being set up, and what its owner calls it."""

    name = forms.CharField(
        label=_("What you call it"), required=False, max_length=500,
        help_text=_("For example: my phone, the key on my ring."),
    )  # fmt: skip

    def clean_name(self) -> str:
        reading = Reading()
        self.cleaned_data["name"] = reading.line(
            "name", self.cleaned_data["name"], most=LONGEST_NAME
        )[:LONGEST_NAME]
        return str(super().clean_name())

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise factors().validation_error("incorrect_code") from error
