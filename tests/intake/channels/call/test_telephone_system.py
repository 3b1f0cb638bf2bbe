"""What a telephone system tells is kept once, in any order; what is wrong is told back."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from lianxin.intake.models import Call
from lianxin.journal.models import Entry
from lianxin.kernel import clock, signatures
from lianxin.vault import queries as vault
from lianxin.vault.models import Entry as Sealed
from tests.cast import Cast
from tests.intake.channels.call.telephone import SECRET, ago, send, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _connected(settings: Settings) -> None:
    settings.HOTLINE_SECRET = SECRET


def test_a_call_is_kept_and_its_number_sealed(cast: Cast) -> None:
    rang = ago(seconds=20)
    answer = tell("rang", "a-1", at=rang, number="１３９ 1234 5678")
    tell("answered", "a-1", at=rang + timedelta(seconds=12), clerk="clerk")
    tell("ended", "a-1")
    call = Call.objects.get()
    assert answer.json()["form"].endswith(f"/desk/register/call/?call={call.uuid}")
    assert call.answered_by == cast.clerk and call.ended_at
    assert call.answered_at and (call.answered_at - call.rang_at) == timedelta(seconds=12)
    assert vault.fields(call.uuid) == ["phone"]
    kept = [*Entry.objects.values_list("data", flat=True), *Call.objects.values_list("ref")]
    assert "5678" not in str(kept)


def test_told_twice_and_out_of_order_it_is_the_same_call(cast: Cast) -> None:
    rang, answered = ago(seconds=30), ago(seconds=10)
    tell("answered", "a-1", at=answered, clerk="clerk")
    for _again in range(2):
        tell("rang", "a-1", at=rang, number="13912345678")
        tell("answered", "a-1", at=ago(seconds=1), clerk="dispatcher")
    call = Call.objects.get()
    assert (call.rang_at, call.answered_at, call.answered_by) == (rang, answered, cast.clerk)
    assert Sealed.objects.filter(owner=call.uuid).count() == 1


@pytest.mark.parametrize("number", ["", "anonymous", "内线 8", "1", "+", "⑨" * 40])
def test_a_number_that_is_none_does_not_lose_the_call(number: str) -> None:
    assert tell("rang", "a-1", number=number).status_code == 200
    assert vault.fields(Call.objects.get().uuid) == []


def test_without_a_secret_there_is_no_hook(settings: Settings) -> None:
    settings.HOTLINE_SECRET = ""
    assert tell("rang", "a-1").status_code == 404
    # Whoever signs with nothing, where nothing is set.
    assert send(b"{}", secret="").status_code == 404


def test_only_who_has_the_secret_is_heard() -> None:
    body = json.dumps({"event": "rang", "call": "a-1", "at": clock.now().isoformat()}).encode()
    right = signatures.headers(body, SECRET)
    old = str(int(time.time()) - signatures.FRESH - 5)
    for headers in (
        {},
        signatures.headers(body, "another"),
        signatures.headers(body + b" ", SECRET),
        right | {signatures.TIMESTAMP: old},
        right | {signatures.TIMESTAMP: "１"},
        right | {signatures.TIMESTAMP: "9" * 400},
        right | {signatures.SIGNATURE: "zz"},
        right | {signatures.SIGNATURE: ""},
    ):
        assert send(body, headers=headers).status_code == 403
    assert not Call.objects.exists()
    assert send(body, headers=right).status_code == 200


def test_a_replay_of_an_old_message_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"event": "rang"}'
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - signatures.FRESH - 2)
    old = signatures.headers(body, SECRET)
    monkeypatch.setattr(time, "time", lambda: now)
    assert not signatures.is_signed(old, body, SECRET)
    # The known-bad twin: a signature that does not look at the clock.
    monkeypatch.setattr(signatures, "FRESH", 10**9)
    assert signatures.is_signed(old, body, SECRET)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 2000, "not JSON"),
        (b"[]", "not an object"),
        (b"{}", "event"),
        (b'{"event": 5}', "event"),
        (b'{"event": "rang"}', "call"),
        (b'{"event": "rang", "call": "a", "at": "2026-01-01T00:00:00"}', "zone"),
        (b'{"event": "rang", "call": "a", "at": "0001-01-01T00:00:00+14:00"}', "at"),
        (b'{"event": "rang", "call": "a", "at": "2999-01-01T00:00:00+08:00"}', "ahead"),
        (b'{"event": "rang", "call": "a", "at": null}', "at"),
        (json.dumps({"event": "rang", "call": "长" * 81}).encode(), "call"),
    ],
)
def test_what_is_wrong_is_said_to_whoever_connects_it(body: bytes, told: str) -> None:
    answer = send(body)
    assert answer.status_code == 400 and told in answer.json()["error"]
    assert not Call.objects.exists()


def test_what_is_too_long_is_not_read() -> None:
    assert send(b" " * 5_000).status_code == 413


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    told=st.dictionaries(
        st.sampled_from(["event", "call", "at", "number", "clerk", "x"]),
        st.one_of(
            st.text(max_size=60), st.integers(), st.none(), st.lists(st.text(), max_size=2),
            st.sampled_from(["rang", "answered", "ended"]),
            st.just(clock.now().isoformat()),
        ),
    )
)  # fmt: skip
def test_whatever_is_told_it_is_kept_or_refused(told: dict[str, object]) -> None:
    assert send(json.dumps(told).encode()).status_code in (200, 400)
