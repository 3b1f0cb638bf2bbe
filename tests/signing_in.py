"""Signing in as staff do, with both steps, for tests that are about something else.

The rule that forces a second step stays in force: a session made here has taken it, with an app
that is really set up. `tests/people/test_second_factor.py` goes through the pages themselves.
"""

from __future__ import annotations

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from lianxin.kernel import clock
from lianxin.people import sittings
from lianxin.people.models import User

APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Of the app that everybody in the tests has on their telephone."""


def code_now(shift: int = 0) -> str:
    """The six digits that the app shows now, or so many half minutes later."""
    counter = int(clock.now().timestamp()) // 30 + shift
    return str(totp.format_hotp_value(totp.hotp_value(APP_SECRET, counter)))


def set_up_app(user: User) -> None:
    """Put the app on this person's telephone, once."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(APP_SECRET)}}
    )


def session_of(user: User, *, second: bool = True) -> str:
    """The key of a session in which this person has just taken both steps, or only the first."""
    if second:
        set_up_app(user)
    person = User.objects.get(pk=user.pk)
    now = clock.now().timestamp()
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            _AUTHENTICATION_METHODS_USER_SESSION_KEY: str(person.pk),
            AUTHENTICATION_METHODS_SESSION_KEY: [
                {"method": "password", "at": now, "username": person.username},
                {"method": "mfa", "at": now, "type": "totp"},
            ][: 1 + second],
        }
    )
    sittings.begin(session)
    session.create()
    return str(session.session_key)


def sign_in(client: Client, user: User) -> None:
    """Put such a session into this browser."""
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
