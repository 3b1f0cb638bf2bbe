"""Checkpoints reach every place that keeps them, whatever is away meanwhile, and are checkable."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as live

from bench.trust.authority import Authority, authority
from lianxin.config import journal_checks
from lianxin.journal import checkpoints, signing, statements
from lianxin.journal.anchors import http, receiving, sending, timestamp, webhook
from lianxin.journal.models import Anchoring
from lianxin.journal.verify import verify
from lianxin.kernel import clock
from tests.journal.conftest import Write

pytestmark = pytest.mark.django_db
SIGNATURE = "A" * 86 + "=="


@pytest.fixture(scope="module")
def tsa() -> Iterator[Authority]:
    with authority() as found:
        yield found


@pytest.fixture
def stamped(tsa: Authority, settings: Any) -> Authority:
    settings.TSA_URL, settings.TSA_ROOTS = tsa.url, tsa.roots
    return tsa


class Other:
    """Another unit that keeps our checkpoints, as `lianxin journal receive` does."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "kept-elsewhere"
        self.start()

    def start(self, port: int = 0) -> None:
        keys = [signing.pem(key).encode() for key in signing.public_keys().values()]
        self.server = receiving.server(receiving.Witness(self.file, keys), "127.0.0.1", port)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def other(tmp_path: Path, settings: Any) -> Iterator[Other]:
    found = Other(tmp_path)
    settings.ANCHOR_URL = f"http://127.0.0.1:{found.port}/"
    yield found
    found.stop()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_every_place_gets_it_and_verify_counts_them(
    write: Write, other: Other, stamped: Authority
) -> None:
    write(5)
    signed = checkpoints.write()
    assert signed and sending.send() == 3
    own = lines(live.ANCHOR_FILE)
    assert own[0] == signed.line() and own[1].startswith("timestamp 5 ")
    assert lines(other.file) == [signed.line()]
    receipt = json.loads(Anchoring.objects.get(anchor="webhook").receipt)
    assert receipt == {"kept": 5, "hash": signed.statement.hash}
    verdict = verify(outside=[other.file])
    assert verdict and verdict.stamps == 1
    assert [(p.kind, p.count) for p in verdict.places] == [
        ("database", 1), ("file", 1), ("webhook", 1), ("outside", 1),
    ]  # fmt: skip


def test_nothing_private_leaves(write: Write, other: Other) -> None:
    write(2)
    signed = checkpoints.write()
    assert signed
    body = json.loads(webhook.body(signed.line()))
    assert set(body) == {"checkpoint", "signature"}
    assert set(json.loads(body["checkpoint"])) == {
        "at", "database", "hash", "key", "kind", "seq", "version",
    }  # fmt: skip


def test_what_is_away_is_tried_again_and_said_loudly(write: Write, other: Other) -> None:
    port = other.port
    other.stop()
    write(1)
    checkpoints.write()
    now = clock.now()
    sending.send(now)
    row = Anchoring.objects.get(anchor="webhook")
    assert (row.attempts, row.done_at) == (1, None) and "ConnectionRefused" in row.last_error
    sending.send(now + timedelta(seconds=5))
    row.refresh_from_db()
    assert row.attempts == 1, "it is left alone for a while"
    with clock.at(timedelta(hours=2)):
        found = journal_checks.witnesses()
        assert any("not kept by webhook" in f.msg and f.id == "config.E022" for f in found)
    other.start(port)
    assert sending.send(now + timedelta(hours=2)) == 1
    assert len(lines(other.file)) == 1


def test_after_many_attempts_it_is_given_up_until_a_person_looks(
    write: Write, other: Other
) -> None:
    port = other.port
    other.stop()
    write(1)
    checkpoints.write()
    now = clock.now()
    for day in range(sending.ATTEMPTS + 3):
        sending.send(now + timedelta(days=day))
    state = {s.name: s for s in sending.states()}["webhook"]
    assert (state.dead, state.waiting, state.troubled) == (1, 0, True)
    assert "ConnectionRefused" in state.last_error
    assert any("1 given up" in found.msg for found in journal_checks.witnesses())
    other.start(port)
    assert sending.revive() == 1
    assert sending.send() == 1
    assert not any(found.id == "config.E022" for found in journal_checks.witnesses())


def test_a_place_that_does_not_answer_costs_one_timeout(
    write: Write, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.ANCHOR_URL = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        for _ in range(4):
            write(1)
            checkpoints.write()
        started = time.monotonic()
        sending.send()
        assert time.monotonic() - started < 0.8
    assert Anchoring.objects.filter(anchor="webhook", attempts=0).count() == 3


class Odd(BaseHTTPRequestHandler):
    """Answers in every way that is wrong."""

    def do_POST(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/fine")
            self.end_headers()
        elif self.path == "/large":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 100_000)
        elif self.path == "/drop":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        elif self.path == "/noise":
            self.wfile.write(b"\0\1\2 not http\r\n\r\n")
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"\0\xff{")

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@pytest.fixture
def odd() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/elsewhere", "/large", "/drop", "/noise"])
def test_an_answer_that_is_none_is_not_taken_for_one(
    write: Write, odd: str, path: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "AT_MOST", 0.5)
    settings.ANCHOR_URL = odd + path
    write(1)
    checkpoints.write()
    started = time.monotonic()
    sending.send()
    assert time.monotonic() - started < 2
    row = Anchoring.objects.get(anchor="webhook")
    assert row.done_at is None and row.last_error, row.receipt


def test_whatever_an_authority_answers_only_a_stamp_is_kept(
    write: Write, odd: str, stamped: Authority, settings: Any
) -> None:
    settings.TSA_URL = f"{odd}/fine"
    write(1)
    checkpoints.write()
    sending.send()
    row = Anchoring.objects.get(anchor="timestamp")
    assert row.done_at is None and "NotStamped" in row.last_error


def test_a_stamp_by_an_authority_we_do_not_believe_is_refused(
    write: Write, stamped: Authority, settings: Any
) -> None:
    with authority() as stranger:
        settings.TSA_URL = stranger.url
        write(1)
        checkpoints.write()
        sending.send()
    row = Anchoring.objects.get(anchor="timestamp")
    assert row.done_at is None and "NotStamped" in row.last_error


def test_stamps_are_an_hour_apart_and_the_newest_waits(write: Write, stamped: Authority) -> None:
    now = clock.now()
    for minute in (0, 10, 20, 30):
        with clock.at(now + timedelta(minutes=minute)):
            write(1)
            checkpoints.write()
            sending.send()
    rows = Anchoring.objects.filter(anchor="timestamp")
    assert rows.exclude(done_at=None).count() == 1
    with clock.at(now + timedelta(minutes=61)):
        sending.send()
    done = rows.exclude(done_at=None).order_by("checkpoint_id")
    assert [row.checkpoint_id for row in done] == [1, 4]
    assert not rows.filter(done_at=None).exists()


def test_openssl_agrees_with_the_stamp(write: Write, stamped: Authority, tmp_path: Path) -> None:
    write(1)
    signed = checkpoints.write()
    sending.send()
    assert signed
    found = timestamp.LINE.match(lines(live.ANCHOR_FILE)[1])
    assert found
    (tmp_path / "token.tsr").write_bytes(base64.b64decode(found[2]))
    (tmp_path / "checkpoint.json").write_text(signed.statement.text())
    words = ["openssl", "ts", "-verify", "-in", "token.tsr", "-data", "checkpoint.json"]
    done = subprocess.run(
        [*words, "-CAfile", str(stamped.roots)], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_other_unit_takes_no_contradiction_and_no_strangers(write: Write, other: Other) -> None:
    witness = receiving.Witness(
        other.file, [signing.pem(key).encode() for key in signing.public_keys().values()]
    )
    write(2)
    now = clock.now()
    with clock.at(now):
        first = checkpoints.write()
    write(2)
    with clock.at(now + timedelta(minutes=10)):
        second = checkpoints.write()
    assert first and second
    key = signing.private_key()

    def sent(said: statements.Statement) -> int:
        return witness.take(webhook.body(statements.sign(said, key).line()))[0]

    def changed(said: statements.Statement, **changes: object) -> statements.Statement:
        return statements.Statement(**{**vars(said), **changes})

    assert sent(second.statement) == 200
    assert sent(first.statement) == 200, "one that was held up"
    assert sent(second.statement) == 200, "the same again"
    assert sent(changed(second.statement, hash="0" * 64)) == 409
    later = (now + timedelta(minutes=20)).replace(microsecond=0).isoformat()
    assert sent(changed(second.statement, seq=3, at=later)) == 409, "cut, then written on"
    stranger = Ed25519PrivateKey.generate()
    line = statements.sign(second.statement, stranger).line()
    assert witness.take(webhook.body(line))[0] == 403
    for body in (b"", b"[]", b"{}", b'{"checkpoint":1,"signature":2}', b"[" * 3_000):
        assert witness.take(body)[0] == 400
    assert len(lines(other.file)) == 2
