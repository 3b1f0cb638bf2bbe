"""The few of allauth's pages that staff need. Everything else of it has no address here."""

from __future__ import annotations

from allauth.account import views
from django.urls import URLPattern, path

from lianxin import access

PAGES: list[URLPattern] = [
    path("account/login/", views.login, name="account_login"),
    path("account/logout/", views.logout, name="account_logout"),
    path("account/inactive/", views.account_inactive, name="account_inactive"),
    path("account/password/", views.password_change, name="account_change_password"),
]


def declare_rules() -> None:
    """Who may reach the pages for signing in."""
    access.declare(
        {
            "account_login": "public",
            "account_logout": "public",
            "account_inactive": "public",
            "account_change_password": "staff",
        }
    )
