"""WeChat's side on this machine, speaking its protocol: its API, and its server that calls ours.

What it sends and answers is as the documents of the official accounts platform show it. Its
cryptography is written apart from ours, from the same documents.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

APP, SECRET, TOKEN = "wx49f0ab532d5d035a", "s3cr3t-of-the-account", "weixin2026"
AES = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
ACCOUNT = "gh_10f6c3c3ac5a"
WANG, LI = "oWangGuilan_0-Xk2", "oLiSi-88_pQ1"
_numbers = count(23_000_000_000_000_000)


def _now() -> int:
    from lianxin.kernel import clock

    return int(clock.now().timestamp())


@dataclass
class Api:
    """What people hear from us, and what WeChat says to what we ask."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    """Who has not written for two days."""
    gone: set[str] = field(default_factory=set)
    """Who follows the account no more."""
    codes: list[int] = field(default_factory=list)
    """Answered next, one by one, before anything else."""
    status: int = 200
    token: str = "TOKEN-0"
    tokens: int = 0

    def renew(self) -> None:
        """The token is over before its time."""
        self.token = "TOKEN-over"

    def texts(self, person: str = WANG) -> list[str]:
        """The text messages to a person."""
        return [one["text"]["content"] for one in self.sent
                if one["touser"] == person and "text" in one]  # fmt: skip

    def templates(self, person: str = WANG) -> list[dict[str, Any]]:
        """The template messages to a person."""
        return [one for one in self.sent if one["touser"] == person and "template_id" in one]


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            url = urlsplit(self.path)
            api.asked.append(url.path)
            if url.path == "/cgi-bin/stable_token":
                self.told(self.stable(body))
            elif code := self.fault(url.query):
                self.told({"errcode": code, "errmsg": f"some words {body.get('touser')}"})
            else:
                self.told(self.sends(url.path, body))

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            api.asked.append(url.path)
            media = parse_qs(url.query).get("media_id", [""])[0]
            code = self.fault(url.query) or (0 if media in api.files else 40007)
            if code:
                self.told({"errcode": code, "errmsg": "invalid media_id"})
                return
            kind, content = api.files[media]
            self.send_response(api.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-disposition", f'attachment; filename="{media}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def stable(self, body: dict[str, Any]) -> dict[str, Any]:
            known = {"grant_type": "client_credential", "appid": APP, "secret": SECRET}
            if {name: body.get(name) for name in known} != known:
                return {"errcode": 40125, "errmsg": "invalid appsecret"}
            if api.token == "TOKEN-over":
                api.tokens += 1
                api.token = f"TOKEN-{api.tokens}"
            return {"access_token": api.token, "expires_in": 7200}

        def fault(self, query: str) -> int:
            if api.codes:
                return api.codes.pop(0)
            return 0 if parse_qs(query).get("access_token") == [api.token] else 42001

        def sends(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
            person = body["touser"]
            if person in api.gone:
                code = 43004 if path.endswith("template/send") else 45015
                return {"errcode": code, "errmsg": f"require subscribe {person}"}
            if path.endswith("custom/send") and person in api.silent:
                return {"errcode": 45015, "errmsg": f"response out of time limit {person}"}
            api.sent.append(body)
            return {"errcode": 0, "errmsg": "ok", "msgid": 200_163_836}

        def told(self, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(api.status)
            self.send_header("Content-Type", "application/json; encoding=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def playing(settings: Settings, *, safe: bool = True) -> Iterator[Api]:
    """The account is set up, and WeChat's API stands on this machine."""
    from lianxin.vault import wechat

    api = Api()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.WECHAT_API = f"http://127.0.0.1:{server.server_port}"
    settings.WECHAT_APP_ID, settings.WECHAT_SECRET = APP, SECRET
    settings.WECHAT_TOKEN, settings.WECHAT_AES_KEY = TOKEN, AES if safe else ""
    settings.SITE_URL = "https://lianxin.example"
    wechat._token = ("", 0.0, "")
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()


def message(
    kind: str = "text", *, person: str = WANG, at: int = 0, id: int = 0, **said: Any
) -> str:
    """The XML of one message, as the documents show it."""
    parts = {"ToUserName": ACCOUNT, "FromUserName": person}
    body = "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in parts.items())
    body += f"<CreateTime>{at or _now()}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
    for name, text in said.items():
        plain = isinstance(text, int | float)
        body += f"<{name}>{text if plain else f'<![CDATA[{text}]]>'}</{name}>"
    if kind != "event":
        body += f"<MsgId>{id or next(_numbers)}</MsgId>"
    return f"<xml>{body}</xml>"


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def seal(text: bytes, app: str = APP) -> str:
    """The envelope, by the documents: random, length, message, app id, filled up to 32."""
    key = base64.b64decode(AES + "=")
    plain = secrets.token_bytes(16) + len(text).to_bytes(4, "big") + text + app.encode()
    fill = 32 - len(plain) % 32
    lock = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(lock.update(plain + bytes([fill]) * fill) + lock.finalize()).decode()


def unseal(text: str) -> str:
    key = base64.b64decode(AES + "=")
    lock = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = lock.update(base64.b64decode(text)) + lock.finalize()
    length = int.from_bytes(plain[16:20], "big")
    assert plain[20 + length : -plain[-1]].decode() == APP
    return plain[20 : 20 + length].decode()


@dataclass
class Server:
    """WeChat's server: calls ours with what people write, and shows them what we answer."""

    safe: bool = True
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def query(self, **changes: str) -> dict[str, str]:
        """The parameters of the address of one request."""
        query = {"timestamp": str(_now()), "nonce": secrets.token_hex(5)} | changes
        return {"signature": signed(TOKEN, query["timestamp"], query["nonce"])} | query

    def post(self, body: str | bytes, query: dict[str, str] | None = None) -> HttpResponse:
        """One request, in an envelope in the safe mode."""
        query = query or self.query()
        raw = body.encode() if isinstance(body, str) else body
        if self.safe:
            encrypted = seal(raw)
            told = signed(TOKEN, query["timestamp"], query["nonce"], encrypted)
            query |= {"encrypt_type": "aes", "msg_signature": told}
            raw = (f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"
                   f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>").encode()  # fmt: skip
        return self.raw(raw, query)

    def raw(self, body: bytes, query: dict[str, str]) -> HttpResponse:
        """One request as it is."""
        found: Any = self.client.post("/wechat/", body, content_type="text/xml", query_params=query)
        answer: HttpResponse = found
        return answer

    def answer(self, response: HttpResponse) -> str:
        """What the person is shown; empty: nothing."""
        assert response.status_code == 200, response.status_code
        text = response.content.decode()
        if text == "success":
            return ""
        if self.safe:
            encrypted = _inside(text, "Encrypt")
            told = _inside(text, "MsgSignature")
            at, nonce = re.findall(r"<TimeStamp>(\d+)</TimeStamp>", text)[0], _inside(text, "Nonce")
            assert told == signed(TOKEN, at, nonce, encrypted)
            text = unseal(encrypted)
        assert _inside(text, "FromUserName") == ACCOUNT and _inside(text, "MsgType") == "text"
        content = _inside(text, "Content")
        assert len(content.encode()) <= 2_048
        return content

    def say(self, text: str, **said: Any) -> str:
        """A person writes; what they are answered."""
        return self.answer(self.post(message(Content=text, **said)))

    def send(self, kind: str, **said: Any) -> str:
        """A person sends something else; what they are answered."""
        return self.answer(self.post(message(kind, **said)))

    def photo(self, media: str = "MEDIA_1", **said: Any) -> str:
        return self.send("image", PicUrl="http://mmbiz.qpic.cn/x", MediaId=media, **said)


def _inside(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
    assert found, name
    return "".join(re.findall(r"<!\[CDATA\[(.*?)\]\]>", found[1], re.DOTALL))
