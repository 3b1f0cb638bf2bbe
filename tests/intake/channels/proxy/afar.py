"""Somebody writes for another person on the report form, as browsers without a script send it."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.test import Client

from tests.intake.paper import WORDS, fill, picture

THEM: dict[str, Any] = {
    "identity": "named", "name": "买买提·阿不都热合曼", "phone": "13812345678",
    "reply_mode": "phone", "relation": "relative", "proxy_name": "欧阳小军",
    "proxy_phone": "１３９ 1234 5678",
}  # fmt: skip
SCREENS: tuple[dict[str, Any], ...] = (
    {"words": WORDS, "for_other": "on"},
    {"place": "东关大街中段", "wish": "这周修好"},
)


def last_screen(**changes: Any) -> dict[str, Any]:
    """Everything the third screen posts, with a new sheet."""
    post: dict[str, Any] = {"at": "3", "do": "next", "key": str(uuid.uuid4())}
    for screen in (*SCREENS, THEM):
        post |= screen
    return post | {"authority": picture()} | changes


def filed(client: Client | None = None, **changes: Any) -> Client:
    """The browser of whoever has filed for somebody."""
    client = client or Client()
    answer = fill(client, *SCREENS, {**THEM, "authority": picture(), **changes})
    assert answer.status_code == 303, answer.content.decode()
    return client


def digits(page: str) -> str:
    """The 20 digits on a receipt."""
    found = re.search(r'number-big code">([\d \xa0]+)<', page)
    return re.sub(r"\D", "", found[1]) if found else ""


def follow(client: Client) -> str:
    """The helper's own digits."""
    return digits(client.get("/report/done/").content.decode())


def handed_over(client: Client) -> str:
    """The person's code, after they have pressed the button on the helper's device."""
    assert client.post("/report/done/", {"do": "show"}).status_code == 303
    return digits(client.get("/report/done/").content.decode())
