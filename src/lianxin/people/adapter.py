"""allauth's questions about accounts, answered for staff: made by an administrator only."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel import words
from lianxin.people import actions
from lianxin.people.models import User

# Nobody needs to be told that they just signed in or out.
UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


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

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if isinstance(user, User) and user.must_change_password:
            return reverse("account_change_password")
        return str(super().get_login_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(super().get_login_redirect_url(request))

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
