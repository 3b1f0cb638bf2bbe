"""WeCom, DingTalk and Feishu on this machine, as apprise finds them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=" + "ab12" * 16
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/3c6f1b2a-0000-4c4c-9999-aabbccddeeff"


class Chats:
    """What the robots said, by the path they were called at."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.status = 200

    @property
    def texts(self) -> list[str]:
        return [text for _path, text in self.said]


@contextmanager
def standing(patch: pytest.MonkeyPatch) -> Iterator[Chats]:
    """The three services on this machine."""
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.wecombot import NotifyWeComBot

    chats = Chats()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = body.get("text") or body["content"]
            if chats.status == 200:
                chats.said.append((self.path, told.get("content") or told.get("text")))
            self.send_response(chats.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(b'{"errcode": 0, "code": 0}')

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}"
    patch.setattr(NotifyWeComBot, "notify_url", home + "/cgi-bin/webhook/send?key={key}")
    patch.setattr(NotifyDingTalk, "notify_url", home + "/robot/send?access_token={token}")
    patch.setattr(NotifyFeishu, "notify_url", home + "/open-apis/bot/v2/hook/{token}/")
    for plugin in (NotifyWeComBot, NotifyDingTalk, NotifyFeishu):
        patch.setattr(plugin, "request_rate_per_sec", 0)
    try:
        yield chats
    finally:
        server.shutdown()
        server.server_close()
