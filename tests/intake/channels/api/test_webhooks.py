"""A program is told that something moved: signed, until it is taken, and nothing of the matter."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from lianxin.access import SYSTEM
from lianxin.cases import actions as cases
from lianxin.cli import program
from lianxin.intake.channels.api import actions, hooks
from lianxin.intake.models import ApiClient, ApiDelivery, ApiHook, Concern
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.pages.api import telling
from lianxin.people import actions as people
from lianxin.people.models import Membership, User
from tests.cast import Cast
from tests.intake.channels.api.program import GOOD, Program
from tests.intake.channels.api.receiver import Receiver, receiving
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.HOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    with receiving() as found:
        yield found


def told_at(
    receiver: Receiver, *scopes: str, user: User | None = None
) -> tuple[Program, ApiClient, str]:
    """A program that is told at this receiver, and the secret."""
    client, token = actions.make_token(
        "随手拍", scopes, user_id=user.pk if user else None, by=SYSTEM
    )
    return Program(token), client, hooks.set_hook(client, receiver.url, by=SYSTEM)


def filed(app: Program, cast: Cast) -> Walk:
    """The case of what it filed."""
    receipt = app.file(area=cast.east_area.pk)
    outbox.drain()
    return Walk(cast, receipt["number"], receipt["code"])


def go(later: timedelta = timedelta()) -> None:
    """The worker, once."""
    outbox.drain()
    with clock.at(clock.now() + later):
        telling.deliver()


def test_whoever_filed_hears_that_there_is_news_and_nothing_of_it(
    town: Cast, receiver: Receiver
) -> None:
    app, _client, secret = told_at(receiver, "file")
    walk = filed(app, town)
    begin(town)
    walk.until("handling")
    cases.write_message(walk.case, words="哪一段护栏？", by=walk.viewer("handler"))
    cases.write_message(walk.case, words="东头。", by=walk.resident)
    go()
    # Sent to the unit, and a message of the office; not what the person wrote themselves.
    assert [one["type"] for one in receiver.told] == ["concern.news"] * 2
    assert {one["data"]["number"] for one in receiver.told} == {walk.number}
    assert [set(one) for one in receiver.told] == [{"type", "timestamp", "data"}] * 2
    whole = str(receiver.came)
    assert not any(word in whole for word in (GOOD["words"], "护栏", "住建局", "张三", walk.code))
    assert receiver.signed(secret)
    go()
    assert len(receiver.came) == 2


def test_a_signature_with_another_secret_is_noticed(town: Cast, receiver: Receiver) -> None:
    """Known bad: a receiver that would take any signature learns nothing from this test."""
    app, client, old = told_at(receiver, "file")
    new = hooks.set_hook(client, receiver.url, by=SYSTEM)
    filed(app, town).until("dispatched")
    go()
    assert receiver.signed(new) and not receiver.signed(old)
    headers, body = receiver.came[0]
    receiver.came[0] = headers, body.replace(b"news", b"lies")
    assert not receiver.signed(new)


def test_a_lost_answer_is_told_again_under_the_same_id_and_then_no_more(
    town: Cast, receiver: Receiver
) -> None:
    app, _client, secret = told_at(receiver, "file")
    filed(app, town).until("dispatched")
    receiver.answers = [0, 500, 302]
    go()
    go(timedelta(seconds=4))
    assert len(receiver.came) == 1
    for later in (10, 320, 2_200):
        go(timedelta(seconds=later))
    # The third answer led elsewhere: nothing is followed.
    assert len(receiver.came) == 4
    assert len({headers["webhook-id"] for headers, _body in receiver.came}) == 1
    assert receiver.signed(secret)
    row = ApiDelivery.objects.get()
    assert (row.attempts, row.status, row.due_at) == (4, 204, None) and row.done_at
    go(timedelta(days=9))
    assert len(receiver.came) == 4


def test_after_the_last_try_it_is_given_up(town: Cast, receiver: Receiver) -> None:
    app, client, _secret = told_at(receiver, "file")
    filed(app, town).until("dispatched")
    receiver.answers = [503] * 99
    for day in range(15):
        go(timedelta(days=day))
    assert len(receiver.came) == len(hooks.WAITS) + 1
    said = CliRunner().invoke(program, ["api", "hook", "log", str(client.pk)]).stdout
    assert "given up" in said and "503" in said
    hooks.forget(clock.now() + timedelta(days=40))
    assert not ApiDelivery.objects.exists()


def test_who_says_gone_is_told_nothing_more(town: Cast, receiver: Receiver) -> None:
    app, _client, _secret = told_at(receiver, "file")
    filed(app, town).until("dispatched")
    receiver.answers = [410]
    go()
    assert not hooks.live_hooks()
    row = ApiDelivery.objects.get()
    assert (row.status, row.due_at, row.done_at) == (410, None, None)
    assert Entry.objects.filter(event="intake.api_hook_dropped", actor="system").count() == 1


def test_what_was_told_can_be_read_after_the_hook_has_ended(town: Cast, receiver: Receiver) -> None:
    app, client, _secret = told_at(receiver, "file")
    walk = filed(app, town)
    walk.until("dispatched")
    go()
    cases.write_message(walk.case, words="哪一段？", by=walk.viewer("dispatcher"))
    outbox.drain()
    owed = ApiDelivery.objects.filter(done_at=None).count()
    hooks.end_hook(client, by=SYSTEM)
    go(timedelta(days=1))
    assert len(receiver.came) == 1, "what was owed is not told any more"
    hooks.set_hook(client, receiver.url, by=SYSTEM)
    lines = CliRunner().invoke(program, ["api", "hook", "log", str(client.pk)]).stdout
    assert lines.count("taken") == 1 and lines.count("given up") == owed
    hooks.end_hook(client, by=SYSTEM)
    assert ApiHook.objects.filter(client=client).count() == 2
    hooks.forget(clock.now() + timedelta(days=40))
    assert not ApiHook.objects.exists() and not ApiDelivery.objects.exists()


@pytest.mark.parametrize("looked", [9.0, 1.8], ids=["no answer", "slow answer, then none"])
def test_a_call_ends_however_slowly_the_name_is_looked_up(
    settings: Settings, monkeypatch: Any, looked: float
) -> None:
    settings.HOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    monkeypatch.setattr(hooks, "SECONDS", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def look(host: str, *_: Any, **__: Any) -> Any:
            time.sleep(looked if host == "hook.example" else 0)
            return [(2, 1, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", look)
        began = time.monotonic()
        # It listens and never answers.
        with pytest.raises((OSError, http.client.HTTPException)):
            hooks.post(f"http://hook.example:{port}/", b"x", {})
        took = time.monotonic() - began
    assert 1.9 < took < 3.4, "the name's time is part of the call's"


def test_one_that_fails_is_tried_once_and_keeps_nobody_else_waiting(
    town: Cast, receiver: Receiver
) -> None:
    with receiving() as broken:
        for url in (broken.url, receiver.url):
            client, _token = actions.make_token("x", ["file"], by=SYSTEM)
            hooks.set_hook(client, url, by=SYSTEM)
        for hook in ApiHook.objects.all():
            hooks.owe(hook, [(n, "x", "4Q61DFNQN2E", clock.now()) for n in range(5)])
        broken.answers = [500]
        assert hooks.deliver(lambda _row: True) == 5
        assert (len(broken.came), len(receiver.came)) == (1, 5)
        # Once it works again, nothing is lost.
        later = clock.now() + timedelta(minutes=10)
        assert hooks.deliver(lambda _row: True, later) == 5
        assert not ApiDelivery.objects.filter(done_at=None).exists()


def test_a_run_ends(town: Cast, receiver: Receiver, monkeypatch: Any) -> None:
    client, _token = actions.make_token("x", ["file"], by=SYSTEM)
    hooks.set_hook(client, receiver.url, by=SYSTEM)
    told = [(n, "x", "4Q61DFNQN2E", clock.now()) for n in range(5)]
    hooks.owe(ApiHook.objects.get(), told)
    post = hooks.post

    def slow(*words: Any) -> int:
        time.sleep(0.3)
        return post(*words)

    monkeypatch.setattr(hooks, "post", slow)
    monkeypatch.setattr(hooks, "RUN", 0.5)
    assert hooks.deliver(lambda _row: True) == 2


def test_the_usual_port_is_not_in_the_name_of_the_host() -> None:
    for address, name in (("https://a.example/", b"a.example"), ("https://a.example:8443/",
                                                                  b"a.example:8443")):  # fmt: skip
        parts = urlsplit(address)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            end = time.monotonic() + hooks.SECONDS
            connection = hooks._Pinned(parts, "127.0.0.1", parts.port or 443, end)
            connection.sock = ours
            connection.request("POST", "/", b"x")
            assert b"\r\nHost: " + name + b"\r\n" in theirs.recv(9_999)


@pytest.mark.parametrize("opening", [b"", b"HTTP/1.1 200 OK\r\n", b"\x16\x03\x03\x40\x00"])
def test_a_call_ends_however_slowly_it_is_answered(
    settings: Settings, monkeypatch: Any, opening: bytes
) -> None:
    """The third speaks TLS, as far as can be seen."""
    settings.HOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    monkeypatch.setattr(hooks, "SECONDS", 0.6)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _address = server.accept()
            with line, suppress(OSError):
                line.sendall(opening)
                for _ in range(40):
                    if ended.wait(0.1):
                        break
                    line.sendall(b"A")

        threading.Thread(target=drip, daemon=True).start()
        scheme = "https" if opening.startswith(b"\x16") else "http"
        began = time.monotonic()
        with suppress(OSError, http.client.HTTPException):
            hooks.post(f"{scheme}://127.0.0.1:{server.getsockname()[1]}/", b"x", {})
        took = time.monotonic() - began
        ended.set()
    assert 0.4 < took < 2


def test_nothing_is_told_of_what_is_about_somebody(town: Cast, receiver: Receiver) -> None:
    app, _client, _secret = told_at(receiver, "file")
    about = app.file(about_official=True, words="窗口的人态度不好，推来推去。")
    outbox.drain()
    Walk(town, about["number"], "").sort()
    walk = filed(app, town)
    walk.until("handling")
    outbox.drain()
    # It was owed; then somebody is named, before it goes.
    assert ApiDelivery.objects.count() == 1
    cases.name_party(walk.case, user_id=town.leader.pk, reason="点了名",
                     by=walk.viewer("supervisor"))  # fmt: skip
    go()
    assert receiver.came == [] and not ApiDelivery.objects.exists()


def test_the_desk_hears_of_what_its_person_sees_when_it_goes(
    town: Cast, receiver: Receiver
) -> None:
    told_at(receiver, "desk:read", user=town.leader)
    other = begin(town)
    other.until("triage")
    walk = begin(town)
    walk.until("handling")
    go()
    assert {one["data"]["number"] for one in receiver.told} == {walk.number}
    assert "cases.handling_started" in {one["type"] for one in receiver.told}
    receiver.came.clear()
    # What happens next is owed, and is not told once they are kept away.
    cases.write_message(walk.case, words="请稍等。", by=walk.viewer("handler"))
    outbox.drain()
    assert ApiDelivery.objects.filter(done_at=None).exists()
    cases.name_party(walk.case, user_id=town.leader.pk, reason="点了名",
                     by=walk.viewer("supervisor"))  # fmt: skip
    go()
    assert receiver.came == []


def test_without_a_role_nothing_is_heard(town: Cast, receiver: Receiver) -> None:
    told_at(receiver, "desk:read", user=town.leader)
    walk = begin(town)
    walk.until("handling")
    held = Membership.objects.get(user=town.leader)
    people.end_membership(membership=held, by=town.viewer(town.sec_admin))
    go()
    assert receiver.came == []


def test_a_token_that_was_revoked_hears_nothing(town: Cast, receiver: Receiver) -> None:
    app, client, _secret = told_at(receiver, "file")
    walk = filed(app, town)
    walk.until("dispatched")
    outbox.drain()
    actions.revoke_token(client, by=SYSTEM)
    go()
    assert receiver.came == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "192.168.1.1", "169.254.169.254", "[::1]", "0.0.0.0",
     "[::ffff:127.0.0.1]", "[fe80::1]", "100.64.0.1", "224.0.0.1", "2130706433", "0x7f.1",
     "64:ff9b::127.0.0.1", "64:ff9b:1::127.0.0.1", "2002:7f00:1::", "::127.0.0.1", "fec0::1",
     "2001:0:1::1", "::ffff:0:127.0.0.1"],
)  # fmt: skip
def test_our_own_network_is_never_called(
    town: Cast, receiver: Receiver, settings: Settings, host: str
) -> None:
    settings.HOOK_NETWORKS = []
    with pytest.raises(OSError, match=r"not called|resolution|known|Name|No address"):
        hooks.where(host.strip("[]"), 443)


def test_a_name_that_leads_home_is_not_called(
    town: Cast, receiver: Receiver, settings: Settings, monkeypatch: Any
) -> None:
    """Known bad: were the name looked up again to connect, the second answer would be called."""
    looked: list[str] = []

    def look(host: str, port: int, **_: Any) -> Any:
        looked.append(host)
        return [(2, 1, 6, "", ("93.184.215.14" if len(looked) == 1 else "127.0.0.1", port))]

    called: list[Any] = []

    def connect(to: Any, *_: Any) -> Any:
        called.append(to[0])
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look)
    monkeypatch.setattr(socket, "create_connection", connect)
    settings.HOOK_NETWORKS = []
    with pytest.raises(OSError):
        hooks.post("https://hook.example/", b"", {})
    assert (looked, called) == (["hook.example"], ["93.184.215.14"])
    with pytest.raises(OSError):
        hooks.post("https://hook.example/", b"", {})
    assert called == ["93.184.215.14"]


@pytest.mark.parametrize(
    "address",
    ["", "hook", "ftp://a.example/", "http://a.example/", "https://u:p@a.example/", "https://",
     "https://a.example:99999/", "https://a example/", "https://a.example/\r\nX: y",
     "https://a.example/" + "x" * 500, "https://[::1", "https://例.example/"],
)  # fmt: skip
def test_an_address_that_cannot_be(town: Cast, address: str) -> None:
    client, _token = actions.make_token("x", ["file"], by=SYSTEM)
    with pytest.raises(Problem):
        hooks.set_hook(client, address, by=SYSTEM)
    assert not ApiHook.objects.exists()


def test_the_secret_is_shown_once_and_lies_sealed(town: Cast) -> None:
    client, _token = actions.make_token("x", ["file"], by=SYSTEM)
    run = ["api", "hook", "set", str(client.pk), "https://a.example/hook"]
    done = CliRunner().invoke(program, run)
    assert done.exit_code == 0 and done.stdout.startswith("whsec_")
    row = ApiHook.objects.get()
    assert done.stdout.strip()[6:20].encode() not in bytes(row.sealed)
    assert CliRunner().invoke(program, ["api", "hook", "drop", str(client.pk)]).exit_code == 0
    row.refresh_from_db()
    assert row.ended_at and not row.sealed and not hooks.live_hooks()
    assert Concern.objects.count() == 0
