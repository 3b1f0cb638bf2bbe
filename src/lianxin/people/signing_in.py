"""The few of allauth's pages that staff need. Everything else of it has no address here."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from django.urls import URLPattern, path

from lianxin import access
from lianxin.people.views import second_factor as second

PAGES: list[URLPattern] = [
    path("account/login/", second.SignIn.as_view(), name="account_login"),
    path("account/login/second/", mfa.authenticate, name="mfa_authenticate"),
    path("account/logout/", second.SignOut.as_view(), name="account_logout"),
    path("account/inactive/", views.account_inactive, name="account_inactive"),
    path("account/password/", views.password_change, name="account_change_password"),
    path("account/again/", second.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("account/again/code/", second.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path(
        "account/again/passkey/", second.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"
    ),
    path("account/second/", second.Index.as_view(), name="mfa_index"),
    path("account/second/app/", second.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/second/app/remove/", second.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/second/passkey/", second.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "account/second/passkey/<int:pk>/remove/",
        second.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("account/second/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second/codes/new/", second.NewCodes.as_view(), name="mfa_generate_recovery_codes"
    ),
    path("account/elsewhere/", second.sign_out_elsewhere, name="sign_out_elsewhere"),
]
PUBLIC = ("account_login", "mfa_authenticate", "account_logout", "account_inactive")


def declare_rules() -> None:
    """Who may reach these pages: all but the doors themselves need a password first."""
    names = [page.name for page in PAGES if page.name and page.name != "sign_out_elsewhere"]
    access.declare({name: "public" if name in PUBLIC else "person" for name in names})
