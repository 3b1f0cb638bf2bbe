"""Staff reach a resident and see neither number nor address; nor does anything that is kept."""

from __future__ import annotations

import hmac
import json
import logging

import pytest
from django.core import serializers
from pytest_django import Settings

from lianxin.journal.models import Delivery
from lianxin.journal.models import Entry as JournalEntry
from lianxin.kernel.problems import Problem
from lianxin.vault import relay
from lianxin.vault.actions import seal, write
from lianxin.vault.doors import NotOpened, door
from lianxin.vault.models import Letter, Opening
from tests.post import Postman
from tests.vault.bridge import Bridge
from tests.vault.leaks import leaks_of
from tests.vault.pretend import LI, NO, SUBJECT, Pretend

pytestmark = pytest.mark.django_db
NUMBER, ADDRESS, LINE = "13812345678", "wang.guilan@example.org", "05321234567"


@pytest.fixture
def sealed(pretend: Pretend) -> Pretend:
    seal(pretend.matter.owner, fields={"phone": NUMBER, "email": ADDRESS, "name": "王桂兰"})
    return pretend


def test_an_e_mail_goes_out_and_nobody_sees_the_address(
    sealed: Pretend, post: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert write(SUBJECT, way="email", text="请明天上午带上照片来。", by=LI) == ""
    [mail] = post.received
    body = mail.get_body(("plain",))
    assert mail["To"] == ADDRESS and body and "请明天上午带上照片来。" in body.get_content()
    assert "李四" not in mail.as_string()
    [letter] = Letter.objects.all()
    assert letter.sent_at and not letter.failure
    [entry] = JournalEntry.objects.all()
    assert entry.event == "vault.relayed" and "照片" not in entry.data
    assert not leaks_of((NUMBER, ADDRESS), caplog)


@pytest.mark.parametrize(("way", "text", "line"), [("sms", "已修好", ""), ("call", "", LINE)])
def test_a_number_goes_to_the_bridge_alone_and_signed(
    sealed: Pretend,
    bridge: type[Bridge],
    caplog: pytest.LogCaptureFixture,
    way: str,
    text: str,
    line: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert write(SUBJECT, way=way, text=text, line=line, by=LI) == ""
    [(headers, body)] = bridge.got
    message = json.loads(body)
    assert message | {"ref": ""} == {
        "kind": way, "to": NUMBER, "staff_line": line, "text": text, "ref": "",
    }  # fmt: skip
    signed = f"{headers['x-lianxin-timestamp']}.".encode() + body
    assert headers["x-lianxin-signature"] == hmac.digest(b"secret", signed, "sha256").hex()
    assert not leaks_of((NUMBER, ADDRESS), caplog)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 500])
def test_what_the_bridge_refuses_is_told_and_no_redirect_followed(
    sealed: Pretend, bridge: type[Bridge], caplog: pytest.LogCaptureFixture, status: int
) -> None:
    bridge.status = status
    assert write(SUBJECT, way="sms", text="已修好", by=LI) == f"HTTP {status}"
    assert len(bridge.got) == 1
    assert Letter.objects.get().failure == f"HTTP {status}"
    assert not leaks_of((NUMBER, ADDRESS), caplog)


def test_failures_do_not_quote_the_address(
    sealed: Pretend, post: Postman, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    post.refused = {ADDRESS}
    assert write(SUBJECT, way="email", text="已修好", by=LI) == "SMTPRecipientsRefused 550"
    settings.EMAIL_PORT = 1
    assert write(SUBJECT, way="email", text="已修好", by=LI) == "ConnectionRefusedError"
    settings.RELAY_URL, settings.RELAY_SECRET = "http://127.0.0.1:1/", "x"
    assert write(SUBJECT, way="sms", text="已修好", by=LI) == "ConnectionRefusedError"
    assert not leaks_of((NUMBER, ADDRESS), caplog)


def test_a_relay_that_logs_the_number_is_caught(
    sealed: Pretend,
    bridge: type[Bridge],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = relay._bridge

    def talkative(message: dict[str, str]) -> str:
        logging.getLogger("lianxin.vault").warning("calling %s", message["to"])
        return good(message)

    monkeypatch.setattr(relay, "_bridge", talkative)
    write(SUBJECT, way="sms", text="已修好", by=LI)
    assert leaks_of((NUMBER, ADDRESS), caplog) == ["log"]


def test_an_address_kept_in_a_table_is_caught(
    sealed: Pretend, bridge: type[Bridge], caplog: pytest.LogCaptureFixture
) -> None:
    write(SUBJECT, way="sms", text=f"请回电 {NUMBER}", by=LI)
    assert leaks_of((NUMBER, ADDRESS), caplog) == ["vault_letter"]


def test_without_a_carrier_there_is_no_way(sealed: Pretend, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    for way in ("email", "sms", "call", "", "pigeon"):
        with pytest.raises(Problem) as found:
            write(SUBJECT, way=way, text="已修好", line=LINE, by=LI)
        assert list(found.value.messages) == ["way"]
    assert not JournalEntry.objects.exists() and not Letter.objects.exists()


@pytest.mark.parametrize(
    ("way", "text", "line", "field"),
    [("sms", "", "", "text"), ("sms", "x" * 1_001, "", "text"), ("call", "", "", "line")],
)
def test_what_is_missing_is_said_at_its_field(
    sealed: Pretend, bridge: type[Bridge], way: str, text: str, line: str, field: str
) -> None:
    with pytest.raises(Problem) as found:
        write(SUBJECT, way=way, text=text, line=line, by=LI)
    assert list(found.value.messages) == [field]


def test_the_vault_sends_what_is_on_the_record_once_and_nothing_else(
    sealed: Pretend, bridge: type[Bridge], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(SUBJECT, way="sms", text="已修好", by=LI)
    seq = JournalEntry.objects.get().seq
    with pytest.raises(NotOpened):
        door().send(seq, "")
    # Other words under the record of these.
    Opening.objects.all().delete()
    Letter.objects.update(text="您涉嫌违法，请到派出所")
    with pytest.raises(NotOpened):
        door().send(seq, "")
    sealed.now(may_write=NO)
    Letter.objects.update(text="已修好")
    with pytest.raises(NotOpened):
        door().send(seq, "")
    # Nor does a record of writing open anything.
    with pytest.raises(NotOpened):
        door().show(seq)
    assert len(bridge.got) == 1
    assert not Delivery.objects.filter(last_error__contains=NUMBER)
    assert NUMBER not in serializers.serialize("json", JournalEntry.objects.all())
