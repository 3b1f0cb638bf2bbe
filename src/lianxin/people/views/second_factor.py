"""The pages for one's own sign-in: second steps, recovery codes, and being asked again.

allauth does the work; here every change is put on the record in the same transaction, and the
browser that made it gets a session of its own while all others end.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin import access
from lianxin.people import actions
from lianxin.people.adapter import next_step
from lianxin.people.http import StaffRequest
from lianxin.ui import qr


def _changed(request: Any, kind: str, change: str) -> None:
    actions.note_second_factor(user=request.user, kind=kind, change=change)
    update_session_auth_hash(request, request.user)


def _passkeys_work(request: HttpRequest) -> bool:
    """Browsers make passkeys for names of hosts only, not for bare addresses."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


class SignIn(LoginView):  # type: ignore[misc]
    """User name and password; a demonstration says that this is all it asks for."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"second_factor": settings.LIANXIN_SECOND_FACTOR}


class Index(base.IndexView):  # type: ignore[misc]
    """What second steps somebody has, and what to do next."""

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.must_change_password:
            return redirect(next_step(request))
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        held = context["authenticators"]
        spare = held.get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "app": held.get(Authenticator.Type.TOTP),
            "passkeys": held.get(Authenticator.Type.WEBAUTHN, []),
            "codes_left": len(spare.get_unused_codes()) if spare else 0,
            "passkeys_work": _passkeys_work(self.request),
            "complete": self.request.proof.complete,
        }


class AddApp(totp.ActivateTOTPView):  # type: ignore[misc]
    """Set up an app: a picture to scan, and its first code as proof."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = [secret[n : n + 4] for n in range(0, len(secret), 4)]
        return context | {"qr": qr.drawing(context["totp_url"]), "secret": " ".join(groups)}

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            _changed(self.request, Authenticator.Type.TOTP, "added")
        # The code just typed is a second step taken.
        record_authentication(
            self.request,
            self.request.user,
            "mfa",
            type=Authenticator.Type.TOTP,
            reauthenticated=True,
        )
        return response


class RemoveApp(totp.DeactivateTOTPView):  # type: ignore[misc]
    """Take the app away; another second step must be there."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            _changed(self.request, Authenticator.Type.TOTP, "removed")
        return response


class AddPasskey(passkeys.AddWebAuthnView):  # type: ignore[misc]
    """Set up a passkey: the telephone's or computer's own lock, or a key to plug in."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            _changed(self.request, Authenticator.Type.WEBAUTHN, "added")
        record_authentication(
            self.request,
            self.request.user,
            "mfa",
            type=Authenticator.Type.WEBAUTHN,
            reauthenticated=True,
        )
        return response


class RemovePasskey(passkeys.RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey away, unless it is the only second step."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.object):
            messages.error(
                self.request,
                _("This is the only second step you have. Set up another one first."),
            )
            return redirect("mfa_index")
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            _changed(self.request, Authenticator.Type.WEBAUTHN, "removed")
        return response


class NewCodes(codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes; the old ones are void."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            _changed(self.request, Authenticator.Type.RECOVERY_CODES, "renewed")
        return response


class _Again:
    """A fresh step gets a session of a new name: who knew the old one is left behind."""

    request: Any

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.cycle_key()
        return super().form_valid(form)  # type: ignore[misc, no-any-return]


class PasswordAgain(_Again, ReauthenticateView):  # type: ignore[misc]
    """Ask for the password, of somebody who has nothing else."""


class CodeAgain(_Again, base.ReauthenticateView):  # type: ignore[misc]
    """Ask for a code of the app, or a recovery code."""


class PasskeyAgain(_Again, passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Ask for the passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]


class SignOut(LogoutView):  # type: ignore[misc]
    """Sign out, and leave nothing of the pages in the browser.

    Not "storage": forms that were never sent are kept there. Not "cookies": it stays known.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


@access.person
@require_POST
def sign_out_elsewhere(request: StaffRequest) -> HttpResponse:
    """End one's sessions everywhere but here."""
    actions.sign_out_elsewhere(user=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("mfa_index")
