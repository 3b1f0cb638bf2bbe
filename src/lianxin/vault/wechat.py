"""What we ask of WeChat's server: a message to somebody, a file somebody sent.

After the documents of the official accounts platform (developers.weixin.qq.com/doc/service). Every
answer is HTTP 200; a fault is told by `errcode`. Who asks is told by an access token in the
address, good for two hours, of which `stable_token` gives every process the same.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import IO, Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from lianxin.kernel.failures import reason

PATIENCE = 8.0
"""Seconds for one answer."""
EARLY = 300
"""Seconds before its end at which a token is asked for again."""
LONGEST = 65_536
"""Bytes of an answer that is no file."""
CHUNK = 65_536
TOKEN_OVER = (40001, 40014, 42001)
NOT_FREELY = ("WeChat 45015", "WeChat 45047", "WeChat 48001")
"""Nobody is written to freely who has not written for 48 hours, or was written to too often since;
an account without that right never."""
GONE = (40007, 40004, 40009, 48001)
"""No such file, or none that we may have: asking again changes nothing."""


class Refused(Exception):  # noqa: N818 - reads as what happened
    """WeChat says no; ``code`` is its number for why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"WeChat {code}")
        self.code = code


class TooLarge(Exception):  # noqa: N818 - what it says about the file
    """The file is larger than asked for."""


_lock = threading.Lock()
_token: tuple[str, float, str] = ("", 0.0, "")
"""The token, until when it is good, and whose it is. Never on a disk."""


def say(person: str, text: str) -> str:
    """Write to somebody 客服消息; the failure, or nothing, never with the openid in it."""
    message = {"touser": person, "msgtype": "text", "text": {"content": text}}
    return _sent("/cgi-bin/message/custom/send", message)[0]


def fill(
    person: str, template: str, fields: dict[str, str], *, link: str, ref: str
) -> tuple[str, str]:
    """Send a template message 模板消息; the failure, or nothing, and WeChat's number for it.

    Whether it arrived is told later, by an event TEMPLATESENDJOBFINISH with this number.
    """
    message = {
        "touser": person,
        "template_id": template,
        "url": link,
        "client_msg_id": f"lianxin-{ref}",
        "data": {name: {"value": text} for name, text in fields.items()},
    }
    return _sent("/cgi-bin/message/template/send", message)


def fetch(media: str, into: IO[bytes], *, most: int) -> None:
    """Write a file that somebody sent 临时素材 into an open one.

    Raises Refused, TooLarge, and OSError, ValueError or HTTPException when nothing is learnt.
    """
    for again in (False, True):
        token = _access(fresh=again)
        path = f"/cgi-bin/media/get?access_token={quote(token)}&media_id={quote(media)}"
        code = _file(path, into, most)
        if code not in TOKEN_OVER:
            break
    if code:
        raise Refused(code)


def known() -> str:
    """Whether WeChat takes our app id and secret: the failure, or nothing."""
    try:
        _access(fresh=True)
    except Refused as refused:
        return str(refused)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return reason(error)
    return ""


def _sent(path: str, message: dict[str, Any]) -> tuple[str, str]:
    """The failure, or nothing, and WeChat's number for what was sent."""
    code, told = 0, dict[str, Any]()
    try:
        for again in (False, True):
            code, told = _asked(f"{path}?access_token={quote(_access(fresh=again))}", message)
            if code not in TOKEN_OVER:
                break
    except Refused as refused:
        return str(refused), ""
    except (OSError, ValueError, http.client.HTTPException) as error:
        return reason(error), ""
    return (f"WeChat {code}", "") if code else ("", str(told.get("msgid", ""))[:40])


def _access(*, fresh: bool) -> str:
    global _token
    whose = f"{settings.WECHAT_API} {settings.WECHAT_APP_ID}"
    with _lock:
        old, until, owner = _token
        if old and owner == whose and time.monotonic() < until and not fresh:
            return old
        code, told = _asked(
            "/cgi-bin/stable_token",
            {
                "grant_type": "client_credential",
                "appid": settings.WECHAT_APP_ID,
                "secret": settings.WECHAT_SECRET,
            },
        )
        token, seconds = told.get("access_token"), told.get("expires_in")
        if code or not isinstance(token, str) or not isinstance(seconds, int):
            raise Refused(code)
        _token = (token, time.monotonic() + max(seconds - EARLY, 0), whose)
        return token


def _asked(path: str, message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The code of an answer (0: fine) and the answer."""
    connection, prefix = _connection()
    # WeChat shows \\uXXXX as it stands.
    body = json.dumps(message, ensure_ascii=False).encode()
    try:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        connection.request("POST", prefix + path, body, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise http.client.HTTPException(f"HTTP {answer.status}")
        return _told(answer.read(LONGEST))
    finally:
        connection.close()


def _file(path: str, into: IO[bytes], most: int) -> int:
    connection, prefix = _connection()
    try:
        connection.request("GET", prefix + path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise http.client.HTTPException(f"HTTP {answer.status}")
        # What went wrong is told as text, with the same status.
        if answer.headers.get_content_type() in ("application/json", "text/plain"):
            return _told(answer.read(LONGEST))[0] or GONE[0]
        size = 0
        while chunk := answer.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge
            into.write(chunk)
        if answer.length:
            raise http.client.IncompleteRead(b"")
        return 0
    finally:
        connection.close()


def _told(body: bytes) -> tuple[int, dict[str, Any]]:
    found = json.loads(body)
    code = found.get("errcode", 0) if isinstance(found, dict) else None
    if not isinstance(code, int):
        raise ValueError("no answer of WeChat")
    return code, found


def _connection() -> tuple[http.client.HTTPConnection, str]:
    url = urlsplit(settings.WECHAT_API)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=PATIENCE), url.path.rstrip("/")
