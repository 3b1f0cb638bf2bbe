"""A report form filled in, screen by screen, as a browser without JavaScript sends it."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from django.test import Client
from PIL import Image

from lianxin.files import FORMATS, Clean

WORDS = "东关大街中段的路灯坏了三天，晚上老人出门摔了一跤。"
SCREENS: tuple[dict[str, Any], ...] = (
    {"words": WORDS},
    {"place": "东关大街中段", "wish": "这周修好"},
    {"identity": "anonymous"},
)
NAMED = {"identity": "named", "name": "赵大妈", "phone": "13812345678", "reply_mode": "phone"}


def hidden(answer: Any) -> dict[str, list[str]]:
    """The hidden fields of the form on a page, as a browser would post them back."""
    found: dict[str, list[str]] = {}
    page = answer.content.decode().partition('action="/report/"')[2]
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag, re.DOTALL)
        if name and value:
            found.setdefault(unescape(name[1]), []).append(unescape(value[1]))
    return found


def fill(client: Client, *screens: dict[str, Any], files: tuple[Any, ...] = ()) -> Any:
    """Walk through the screens given, sending what each page carries along; the last answer."""
    answer = client.get("/report/")
    for number, screen in enumerate(screens, start=1):
        post: dict[str, Any] = {**hidden(answer), "do": "next", **screen}
        if number == 1 and files:
            post["attachments"] = list(files)
        answer = client.post("/report/", post)
    return answer


def last_screen(**changes: Any) -> dict[str, Any]:
    """Everything the third screen posts, for tests of one field."""
    post: dict[str, Any] = {"at": "3", "do": "next"}
    for screen in SCREENS:
        post |= screen
    return post | changes


def copy(content: bytes | None = None) -> Clean:
    """A clean copy of a small picture, as the field of a form brings it."""
    content = content or picture().read()
    return Clean(io.BytesIO(content), FORMATS["jpg"], len(content), 40, 30)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    """A small picture file."""
    file = io.BytesIO()
    Image.new("RGB", size, "gray").save(file, kind)
    file.name = f"photo.{kind.lower()}"
    file.seek(0)
    return file
