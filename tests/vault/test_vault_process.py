"""The vault in a process of its own: what it answers, to whom, and what others cannot read."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from lianxin.intake.models import Concern
from lianxin.journal.models import Entry as JournalEntry
from lianxin.kernel import clock
from lianxin.vault import doors, keys, private, wire
from lianxin.vault.doors import Away, Local, NotOpened, Remote, Why
from tests.cast import Cast
from tests.trust import vault_attacks
from tests.trust.vault_comparisons import comparison, other
from tests.trust.vault_ground import PERSON, Ground, ground
from tests.vault.process import Running, start, vault_process
from tests.walk import begin

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/cases/{}/contact/"

_opened: list[str] = []
_watching = False


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if _watching and event == "open" and str(args[0]).endswith(".key"):
        _opened.append(str(args[0]))


sys.addaudithook(_hear)


@pytest.fixture(scope="module")
def running(django_db_setup: None, django_db_blocker: Any) -> Iterator[Running]:
    with django_db_blocker.unblock(), vault_process() as found:
        yield found


@pytest.fixture
def web(running: Running, settings: Settings, tmp_path: Path) -> Running:
    """This process as a web process beside it: a socket, and a folder for public keys alone."""
    settings.VAULT_SOCKET = str(running.socket)
    settings.VAULT_KEYS = running.keys
    settings.KEYS = tmp_path / "web"
    keys.ensure()
    return running


@pytest.fixture
def on(web: Running, cast: Cast) -> Ground:
    return ground(cast)


@pytest.fixture
def read_keys() -> Iterator[list[str]]:
    """The private keys this process opened while the test ran."""
    global _watching
    _opened.clear()
    _watching = True
    yield _opened
    _watching = False


def everything_a_web_process_does(on: Ground) -> str:
    """File, look, open, write; the page that shows the number."""
    begin(on.cast, identity="named", contact=PERSON)
    page = PAGE.format(on.routine.number)
    handler = on.cast.client(on.cast.handler)
    handler.get(page)
    return handler.post(page, {"purpose": "约时间上门看路灯"}).content.decode()


def test_web_processes_open_contacts_and_never_a_key(on: Ground, read_keys: list[str]) -> None:
    assert PERSON["phone"] in everything_a_web_process_does(on)
    assert not read_keys
    assert JournalEntry.objects.filter(event="vault.revealed").count() == 1


def test_a_web_process_that_reads_the_key_itself_is_caught(
    on: Ground, read_keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private, "_vault", True)
    monkeypatch.setattr("lianxin.vault.actions.opening.door", Local)
    assert PERSON["phone"] in everything_a_web_process_does(on)
    assert read_keys


def test_with_a_socket_the_vault_in_this_process_cannot_be_used(web: Running) -> None:
    assert isinstance(doors.door(), Remote)
    with pytest.raises(keys.KeysUnusable):
        Local().public("2030-01")


def test_it_is_as_strict_from_another_process(on: Ground) -> None:
    found = vault_attacks.attack(on, seed=3, times=1)
    assert not found.wrong, found.wrong


def test_a_lost_code_is_given_anew_and_no_web_process_learns_the_number(
    on: Ground, read_keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[dict[str, Any]] = []

    def heard(connection: wire.Source) -> dict[str, Any]:
        answers.append(receive(connection))
        return answers[-1]

    receive = wire.receive
    monkeypatch.setattr(wire, "receive", heard)
    url = f"/desk/cases/{on.closed.number}/code/"
    clerk = on.cast.client(on.cast.clerk)
    for wrong in ({"phone": "13812345679"}, {"name": "王桂"}):
        refused = clerk.post(url, PERSON | wrong)
        assert refused.status_code == 200 and "code" not in refused.context
    assert "code" in clerk.post(url, {"name": " 王桂兰", "phone": "138-1234-5678"}).context
    assert answers == [{"agree": False}, {"agree": False}, {"agree": True}] and not read_keys
    again = clerk.post(url, PERSON)
    assert "code" not in again.context and len(answers) == 3
    assert JournalEntry.objects.filter(event="vault.compared").count() == 3


def test_the_process_counts_comparisons_itself(on: Ground) -> None:
    """Whoever has taken over a web process asks it past the page."""
    case = other(on)
    for last in range(3):
        guess = {"name": "王桂兰", "phone": f"1381234567{last}"}
        assert not doors.door().compare(comparison(case), guess)
    with pytest.raises(NotOpened) as refused:
        doors.door().compare(comparison(case), PERSON)
    assert refused.value.why == Why.TOO_MANY


def test_away_the_code_page_says_so_and_keeps_what_was_typed(
    on: Ground, settings: Settings
) -> None:
    settings.VAULT_SOCKET = "/tmp/lx-there-is-none.sock"
    page = on.cast.client(on.cast.clerk).post(f"/desk/cases/{on.closed.number}/code/", PERSON)
    text = page.content.decode()
    assert page.status_code == 200 and "code" not in page.context
    assert "保险柜没有回应" in text and "王桂兰" in text


def test_when_it_is_away_people_are_told_and_reports_are_still_taken(
    on: Ground, settings: Settings
) -> None:
    settings.VAULT_SOCKET = "/tmp/lx-there-is-none.sock"
    page = PAGE.format(on.routine.number)
    answer = on.cast.client(on.cast.handler).post(page, {"purpose": "约时间上门看路灯"})
    assert answer.status_code == 409 and PERSON["phone"] not in answer.content.decode()
    # That somebody tried stands in the record all the same.
    assert JournalEntry.objects.filter(event="vault.revealed").count() == 1
    before = Concern.objects.count()
    begin(on.cast, identity="named", contact=PERSON)
    assert Concern.objects.count() == before + 1


def test_its_public_keys_come_to_the_web_processes(web: Running) -> None:
    month = keys.month_of(keys.months_on(clock.today(), 40))
    raw = doors.door().public(month)
    assert (web.keys / f"{month}.pub").read_bytes() == raw and len(raw) == 32
    assert keys.refresh() == 3 and keys.refresh() == 0


def test_new_keys_are_found_though_no_worker_runs(
    web: Running, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = keys.months_on(clock.today(), 36)
    before, _key, _last = keys.sealing_key(last)
    done = subprocess.run(
        [sys.executable, "-m", "lianxin", "vault", "rotate"],
        env=web.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert keys.sealing_key(last)[0] == before
    old = time.time() - keys.GOOD_FOR - 1
    os.utime(settings.KEYS / f"{keys.month_of(last)}.pub", (old, old))
    assert keys.sealing_key(last)[0] != before
    # Away: the copy serves, and not every report waits for an answer.
    os.utime(settings.KEYS / f"{keys.month_of(last)}.pub", (old, old))
    settings.VAULT_SOCKET = "/tmp/lx-there-is-none.sock"
    assert keys.sealing_key(last)[0] != before
    monkeypatch.setattr(doors, "door", lambda: pytest.fail("asked again at once"))
    keys.sealing_key(last)


def asked_by(uid: int, path: Path) -> bytes:
    """What a process of another user is answered; empty when nothing."""
    ours, theirs = os.pipe()
    if not os.fork():
        try:
            os.setuid(uid)
            os.write(theirs, Remote(str(path)).public("2030-01"))
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        return pipe.read()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to ask as")
def test_only_the_named_users_are_answered(web: Running) -> None:
    other = 65534
    for path in (web.socket, web.socket.parent):
        path.chmod(0o777)
    assert asked_by(other, web.socket) == b""
    with vault_process(LIANXIN_VAULT_CLIENTS=str(other)) as strict:
        for path in (strict.socket, strict.socket.parent):
            path.chmod(0o777)
        assert len(asked_by(other, strict.socket)) == 32
        with pytest.raises(Away):
            Remote(str(strict.socket)).public("2030-01")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x04null",
        b"\x00\x00\x00\x02{}", b'\x00\x00\x00\x0d{"job":"key"}', b"GET / HTTP/1.1\r\n\r\n",
        b'\x00\x00\x00\x1b{"job":"show","record":"1"}', b"\x00\x01\x00\x00" + b"[" * 65_536,
        b'\x00\x00\x00\x2b{"job":"compare","record":1,"said":["138"]}',
        b'\x00\x00\x00\x1c{"job":"compare","record":1}',
    ],
)  # fmt: skip
def test_what_is_no_question_gets_no_answer_and_harms_nothing(web: Running, raw: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(web.socket))
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        assert "error" in wire.receive(connection)
    assert len(doors.door().public("2030-01")) == 32


def test_a_question_that_trickles_is_given_up(web: Running) -> None:
    begun = time.monotonic()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(web.socket))
        connection.settimeout(15)
        connection.sendall(b"\x00")
        assert "error" in wire.receive(connection)
    assert 3 < time.monotonic() - begun < 9


def test_it_takes_the_place_of_one_that_was_killed_and_of_no_other(web: Running) -> None:
    with vault_process() as first:
        second = subprocess.run(
            [sys.executable, "-m", "lianxin", "vault", "serve"],
            env=first.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert second.returncode == 2 and "another vault process" in second.stderr
        first.process.kill()
        first.process.wait()
        assert first.socket.exists()
        third = start(first.environment)
        assert len(Remote(str(first.socket)).public("2030-01")) == 32
        third.terminate()
        assert third.wait(10) == 0 and not first.socket.exists()


class Bytes:
    """A connection that holds these bytes and is closed after them."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def recv(self, most: int, /) -> bytes:
        piece, self.content = self.content[:most], self.content[most:]
        return piece


@given(st.binary(max_size=300))
@hypothesis_settings(max_examples=300)
def test_any_bytes_are_a_message_or_garbled(content: bytes) -> None:
    for raw in (content, len(content).to_bytes(4) + content):
        with contextlib.suppress(wire.Garbled):
            assert isinstance(wire.receive(Bytes(raw)), dict)
