"""A resident's or clerk's device as a program: it queues, is cut off, comes back, and sends again.

It speaks the protocol of `ui/queue.js`, and keeps an entry until a receipt has come through.
"""

from __future__ import annotations

import hashlib
import io
import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client
from PIL import Image

from lianxin.kernel import clock


def photo(seed: int) -> bytes:
    """A small picture, another for each number."""
    out = io.BytesIO()
    Image.new("RGB", (12, 9), (seed % 256, seed // 256 % 256, seed // 65_536 % 256)).save(
        out, "PNG"
    )
    return out.getvalue()


def sha(content: bytes) -> str:
    """The receipt of a file."""
    return hashlib.sha256(content).hexdigest()


@dataclass
class Draft:
    """One entry of the queue."""

    words: str
    files: list[bytes] = field(default_factory=list)
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    code: str = ""
    made_at: datetime | None = None
    more: dict[str, Any] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    uploads: int = 0
    filed: dict[str, Any] | None = None
    answers: list[dict[str, Any]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """What is posted."""
        return {
            "key": self.key, "code": self.code, "words": self.words, "place": "东关大街",
            "identity": "anonymous", "made_at": (self.made_at or clock.now()).isoformat(),
            "part": [sha(content) for content in self.files],
        } | self.more  # fmt: skip


class Device:
    """Sends drafts through a Django test client. ``cuts``: how often it is cut off, 0 to 1."""

    def __init__(
        self, client: Client | None = None, *, to: str = "/kept/send/", chance: random.Random,
        cuts: float = 0,
    ) -> None:  # fmt: skip
        self.client = client or Client()
        self.to = to
        self.chance = chance
        self.cuts = cuts

    def deliver(self, draft: Draft) -> dict[str, Any]:
        """Send a draft once: its files that are asked for, then itself. Raises Cut on the way."""
        body = draft.body()
        for _round in range(4):
            answer = self.post(self.to, body)
            if self._is_cut():
                raise Cut  # it arrived; that it did was not heard
            draft.answers.append(answer)
            if "filed" in answer:
                draft.filed = answer["filed"]
            if "work" in answer:
                body["work"] = ""  # it cannot calculate: a person lets its concern through
                continue
            if "missing" not in answer:
                return answer
            for content in draft.files:
                if sha(content) in answer["missing"]:
                    self.upload(draft, content)
        raise AssertionError(answer)

    def upload(self, draft: Draft, content: bytes) -> None:
        """Send one file; what is cut arrives as a part of it, without its receipt."""
        draft.uploads += 1
        cut = self._is_cut()
        sent = content[: self.chance.randrange(len(content))] if cut else content
        answer = self.part(draft.key, sent, digest=sha(content))
        if cut:
            assert "received" not in answer
            raise Cut
        assert answer == {"received": sha(content)}
        draft.receipts.add(sha(content))

    def part(self, key: str, content: bytes, *, digest: str, **more: str) -> dict[str, Any]:
        """Post a file."""
        file = io.BytesIO(content)
        file.name = "file"
        body = {"key": key, "digest": digest, "attachments": file, **more}
        found: dict[str, Any] = self.client.post("/kept/part/", body).json()
        return found

    def post(self, to: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post an entry."""
        found: dict[str, Any] = self.client.post(to, body).json()
        return found

    def until_through(self, draft: Draft) -> dict[str, Any]:
        """Deliver, however often it is cut."""
        for _try in range(40):
            try:
                return self.deliver(draft)
            except Cut:
                continue
        raise AssertionError("never got through")

    def _is_cut(self) -> bool:
        return self.chance.random() < self.cuts


class Cut(Exception):  # noqa: N818 - reads as what happened
    """The connection broke."""
