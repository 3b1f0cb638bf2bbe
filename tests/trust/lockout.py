"""Wrong passwords from a stranger, and whether the person gets in: for short and long form."""

from __future__ import annotations

from django.core.cache import cache
from django.test import Client

from lianxin.people.models import User
from tests.signing_in import code_now, set_up_app

LOGIN, SECOND = "/account/login/", "/account/login/second/"


def typed(client: Client, name: str, password: str) -> str:
    """Type name and password; where that leads, or what the page says."""
    answer = client.post(LOGIN, {"login": name, "password": password})
    return answer.get("Location") or answer.content.decode()


def known_browser(user: User, password: str) -> Client:
    """A browser in which this person signed in fully, some time ago."""
    set_up_app(user)
    cache.clear()
    client = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="10.0.0.7")
    typed(client, user.username, password)
    client.post(SECOND, {"code": code_now()})
    if client.get("/account/second/").status_code != 200:
        raise RuntimeError("signing in does not work here at all")
    client.post("/account/logout/")
    cache.clear()
    return client


def attack(name: str, times: int) -> int:
    """Wrong passwords from elsewhere; how many of them were looked at."""
    stranger = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="10.6.6.6", HTTP_ACCEPT_LANGUAGE="en")
    tries = (typed(stranger, name, f"wrong-{number}") for number in range(times))
    return sum("Too many tries" not in said for said in tries)


def signs_in_at_once(client: Client, user: User, password: str) -> bool:
    """Whether this browser gets in with the first try."""
    typed(client, user.username, password)
    client.post(SECOND, {"code": code_now(1)})
    return client.get("/account/second/").status_code == 200
