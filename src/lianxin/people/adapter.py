"""allauth's questions about accounts, answered for staff: made by an administrator only."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from lianxin.access import proof
from lianxin.kernel import words
from lianxin.people import actions, second_factor, sittings, tries
from lianxin.people.models import User

# Nobody needs to be told that they just signed in or out.
UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


def next_step(request: HttpRequest) -> str:
    """The page for whoever has not yet taken every step: a password of their own first."""
    user = request.user
    if isinstance(user, User) and user.must_change_password:
        return reverse("account_change_password")
    return reverse("mfa_index")


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs themselves up; user names match whatever case or width they are typed in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "The user name and the password do not belong together. Please look at both again."
        ),
        "too_many_login_attempts": _(
            "Too many tries. Please wait a few minutes, or ask your unit's administrator."
        ),
        "incorrect_password": _("This is not your present password."),
        "enter_current_password": _("Please type your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        username = words.fold(str(credentials.get("username") or ""))
        # allauth takes a name with an @ for an e-mail address; here it is a user name all the same.
        kept = {"username": username, "password": credentials.get("password", "")}
        found: AbstractBaseUser | None = super().authenticate(request, **kept)
        return found

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth asks here which count a try belongs to; its own answer is the name alone.
        return f"password:{tries.bucket(request, str(credentials.get('username', '')))}"

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        sittings.begin(request.session)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kept: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kept)
        if isinstance(user, User) and sittings.proof_of(request).complete:
            tries.remember(request, response, user.username)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if sittings.proof_of(request).complete:
            return str(super().get_login_redirect_url(request))
        return next_step(request)

    def is_reauthentication_required(self, *, app: str, **kept: Any) -> bool:  # noqa: ARG002
        request = context.request
        shown = sittings.proof_of(request)
        if shown.at is not None or not isinstance(request.user, User):
            return not shown.within(proof.FRESH)
        if second_factor.has_main(request.user):
            return True
        # Nothing but a password yet: the one typed a moment ago will do for setting up the rest.
        return not proof.Proof(at=sittings.typed_password_at(request)).within(proof.FRESH)

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """A password alone is no fresh step for somebody who has a second one."""
        words_of = {
            "mfa_reauthenticate": now("With a code instead"),
            "mfa_reauthenticate:webauthn": now("With a passkey instead"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        second = [
            method | {"description": words_of[method["id"]]}
            for method in methods
            if method["id"] in words_of
        ]
        return second or methods

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def set_password(self, user: User, password: str) -> None:
        actions.change_own_password(user=user, password=password)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **options: Any,
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **options)
