"""A program that calls the API and believes no answer: JSON, or problem details."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from lianxin.access import SYSTEM
from lianxin.intake.channels.api import actions
from lianxin.people.models import User

TOP = "/api/v1"
GOOD: dict[str, Any] = {
    "words": "东关大街的护栏断了。", "place": "东关大街", "identity": "anonymous",
}  # fmt: skip


@dataclass
class Program:
    """Its headers, and the code of the concern that it looks at."""

    token: str = ""
    code: str = ""
    language: str = "en"
    browser: Client = field(default_factory=Client)

    def headers(self, key: str = "") -> dict[str, str]:
        """What goes with every request."""
        found = {"Accept-Language": self.language}
        found |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        found |= {"Query-Code": self.code} if self.code else {}
        return found | ({"Idempotency-Key": key} if key else {})

    def get(self, path: str, status: int = 200, **query: str) -> Any:
        """Ask; the answer's tree."""
        return checked(self.browser.get(f"{TOP}/{path}", query, headers=self.headers()), status)

    def post(self, path: str, body: Any, status: int = 200, *, key: str | None = None) -> Any:
        """Send JSON, under a new key if none is given; the answer's tree."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = self.headers(str(uuid.uuid4()) if key is None else key)
        answer = self.browser.post(
            f"{TOP}/{path}", sent, content_type="application/json", headers=headers
        )
        return checked(answer, status)

    def send(self, path: str, fields: dict[str, Any], status: int = 200, *, key: str = "") -> Any:
        """Send multipart; the answer's tree."""
        headers = self.headers(key or str(uuid.uuid4()))
        return checked(self.browser.post(f"{TOP}/{path}", fields, headers=headers), status)

    def file(self, status: int = 201, *, key: str | None = None, **changes: Any) -> Any:
        """File something; the receipt."""
        return self.post("concerns", GOOD | changes, status, key=key)

    def holding(self, code: str) -> Program:
        """The same for the holder of a code."""
        return Program(self.token, code, self.language, self.browser)


def allowed(*scopes: str, user: User | None = None) -> Program:
    """A program with a token."""
    made = actions.make_token("随手拍", scopes, user_id=user.pk if user else None, by=SYSTEM)
    return Program(made[1])


def checked(answer: Any, status: int) -> Any:
    """The tree of an answer, if it is what was expected and well told."""
    kind = answer.headers["Content-Type"]
    assert answer.status_code == status, (answer.status_code, answer.content[:500].decode())
    assert "no-store" in answer.headers["Cache-Control"]
    tree = json.loads(answer.content)
    if status < 400:
        assert kind == "application/json"
        return tree
    assert kind == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= tree.keys()
    assert tree["status"] == status and tree["detail"]
    if status == 401:
        assert answer.headers["WWW-Authenticate"]
    return tree


def fields_of(problem: Any) -> set[str]:
    """At which fields something is wrong."""
    return {fault["field"] for fault in problem["errors"]}
