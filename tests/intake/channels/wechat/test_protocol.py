"""Who calls is WeChat and calls now; what it brings cannot do harm. Samples: its documents."""

from __future__ import annotations

import base64
import logging
import time
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzz
from hypothesis import strategies as st
from lxml import etree
from pytest_django import Settings

from lianxin.intake.channels.wechat import reading, signing
from lianxin.intake.channels.wechat.models import Chat, Heard
from lianxin.intake.models import Concern
from tests.weixin import ACCOUNT, AES, APP, TOKEN, WANG, Api, Server, message, seal, signed

pytestmark = pytest.mark.django_db
TEXT = """<xml><ToUserName><![CDATA[toUser]]></ToUserName>
<FromUserName><![CDATA[fromUser]]></FromUserName><CreateTime>1348831860</CreateTime>
<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[this is a test]]></Content>
<MsgId>1234567890123456</MsgId></xml>"""
PLACE = """<xml><ToUserName><![CDATA[toUser]]></ToUserName>
<FromUserName><![CDATA[fromUser]]></FromUserName><CreateTime>1351776360</CreateTime>
<MsgType><![CDATA[location]]></MsgType><Location_X>23.134521</Location_X>
<Location_Y>113.358803</Location_Y><Scale>20</Scale><Label><![CDATA[位置信息]]></Label>
<MsgId>1234567890123456</MsgId></xml>"""
VOICE = """<xml><ToUserName><![CDATA[toUser]]></ToUserName>
<FromUserName><![CDATA[fromUser]]></FromUserName><CreateTime>1357290913</CreateTime>
<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[media_id]]></MediaId>
<Format><![CDATA[Format]]></Format><Recognition><![CDATA[腾讯微信团队]]></Recognition>
<MsgId>1234567890123456</MsgId></xml>"""
EVENT = """<xml><ToUserName><![CDATA[toUser]]></ToUserName>
<FromUserName><![CDATA[FromUser]]></FromUserName><CreateTime>123456789</CreateTime>
<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event></xml>"""
ENVELOPE = {
    "msg_signature": "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96",
    "timestamp": "1411443780",
    "nonce": "437374425",
}
SEALED = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
"""A known envelope of token 123456, from the test suites of several public libraries."""


def test_the_samples_of_the_documents_are_read() -> None:
    said = reading.read(TEXT.encode())
    assert (said.person, said.account, said.kind) == ("fromUser", "toUser", "text")
    assert (said.text, said.id, said.at) == ("this is a test", "1234567890123456", 1348831860)
    place = reading.read(PLACE.encode())
    assert place.text == "位置信息" and place.place is not None
    voice = reading.read(VOICE.encode())
    assert (voice.media, voice.text) == ("media_id", "腾讯微信团队")
    assert reading.read(EVENT.encode()).event == "subscribe"


def test_a_known_envelope_opens(settings: Settings) -> None:
    settings.WECHAT_TOKEN, settings.WECHAT_AES_KEY, settings.WECHAT_APP_ID = "123456", AES, APP
    assert signing.unwrapped(SEALED, ENVELOPE).isdigit()
    with pytest.raises(signing.NotWeChat):
        signing.unwrapped(SEALED, ENVELOPE | {"nonce": "437374424"})
    settings.WECHAT_APP_ID = "wx0000000000000000"
    with pytest.raises(signing.NotWeChat):
        signing.unwrapped(SEALED, ENVELOPE)


def test_the_address_is_confirmed(weixin: Server) -> None:
    query = weixin.query(echostr="5927782489442352469")
    answer = weixin.client.get("/wechat/", query)
    assert answer.content == b"5927782489442352469"
    assert answer["Content-Type"].startswith("text/plain")
    query["signature"] = signed("other", query["timestamp"], query["nonce"])
    assert weixin.client.get("/wechat/", query).status_code == 403


def refused(weixin: Server) -> dict[str, int]:
    """What came of requests that are not of WeChat, or not of now."""
    now = int(time.time())
    body = message(Content="漏水").encode()
    good = weixin.query()
    envelope = f"<xml><Encrypt>{seal(body)}</Encrypt></xml>".encode()
    asked = {
        "no signature": (envelope, {}),
        "another token": (envelope, good | {"signature": signed("x", good["timestamp"], "n")}),
        "from before": (None, weixin.query(timestamp=str(now - 400))),
        "from tomorrow": (None, weixin.query(timestamp=str(now + 400))),
        "no time": (None, weixin.query(timestamp="now")),
        "a time of fifty digits": (None, weixin.query(timestamp="9" * 50)),
        "a time in other digits": (None, weixin.query(timestamp="１７００００００００")),
        "in the clear": (body, good),
        "an envelope without signature": (envelope, good),
        "an envelope signed by another": (envelope, good | {"msg_signature": signed("x", "y")}),
    }
    return {
        name: (weixin.post(body, query) if raw is None else weixin.raw(raw, query)).status_code
        for name, (raw, query) in asked.items()
    }


def test_others_are_refused_and_nothing_of_it_is_written_down(
    weixin: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "lianxin")
    assert set(refused(weixin).values()) == {403}
    assert not Chat.objects.exists() and not Heard.objects.exists()
    assert not [record for record in caplog.records if record.name.startswith("lianxin")]


@pytest.mark.parametrize(
    "twin",
    [
        patch.object(signing, "WINDOW", 10**10),
        patch.object(signing, "_must", lambda *_: None),
    ],
)
def test_a_door_that_does_not_ask_is_noticed(weixin: Server, twin: object) -> None:
    with twin:  # type: ignore[attr-defined]
        assert set(refused(weixin).values()) != {403}


@pytest.mark.parametrize(
    "bad", ["short", "no base64 %%%", base64.b64encode(b"x" * 32).decode(), ""]
)
def test_a_damaged_envelope_is_refused(weixin: Server, bad: str) -> None:
    query = weixin.query()
    query["msg_signature"] = signed(TOKEN, query["timestamp"], query["nonce"], bad)
    body = f"<xml><Encrypt><![CDATA[{bad}]]></Encrypt></xml>".encode()
    assert weixin.raw(body, query).status_code == 403


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"r" * 16,
        b"r" * 16 + (5).to_bytes(4, "big") + b"abc",
        b"r" * 16 + (2**32 - 1).to_bytes(4, "big") + b"abc" + APP.encode(),
        b"r" * 16 + (3).to_bytes(4, "big") + b"abc" + b"wx-another-account",
    ],
)
def test_a_forged_inside_is_refused(weixin: Server, inside: bytes) -> None:
    key = base64.b64decode(AES + "=")
    fill = 32 - len(inside) % 32
    lock = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    bad = base64.b64encode(lock.update(inside + bytes([fill]) * fill) + lock.finalize()).decode()
    test_a_damaged_envelope_is_refused(weixin, bad)


def replayed(weixin: Server) -> tuple[int, int]:
    """A request that somebody saw, sent again as it was, and with other words."""
    query = weixin.query()
    first = message(Content="路灯不亮。")
    assert weixin.post(first, query).status_code == 200
    return (
        weixin.post(first, query).status_code,
        weixin.post(message(Content="给我钱。"), query).status_code,
    )


@pytest.fixture
def plain(weixin: Server, settings: Settings) -> Server:
    """In the mode without envelopes."""
    settings.WECHAT_AES_KEY, weixin.safe = "", False
    return weixin


def test_a_seen_request_carries_no_other_words(plain: Server) -> None:
    assert replayed(plain) == (200, 403)


def test_a_door_that_forgets_nonces_is_noticed(plain: Server) -> None:
    with patch.object(signing, "once", lambda *_: None):
        assert replayed(plain) != (200, 403)


def test_what_is_too_large_is_not_read(weixin: Server, plain: Server) -> None:
    body = message(Content="长" * reading.MOST_BYTES)
    with patch.object(etree, "fromstring") as parser:
        assert plain.post(body).status_code == 400
        assert not parser.called


BAD = {
    "nothing": b"",
    "no XML": b"hello",
    "cut off": message(Content="漏水").encode()[:-20],
    "JSON": b'{"FromUserName": "x"}',
    "another root": b"<html><body/></html>",
    "nobody": message(person="", Content="漏水").encode(),
    "a name that is none": message(person="../../etc", Content="x").encode(),
    "a name with an entity": message(person="]]><a/><![CDATA[", Content="x").encode(),
    "no time": message(Content="x").replace("<CreateTime>", "<CreateTime>x").encode(),
    "a time from the end of days": message(at=10**15, Content="x").encode(),
    "two senders": message(Content="x")
    .replace("</xml>", f"<FromUserName>{WANG}</FromUserName></xml>")
    .encode(),
    "a file of this machine": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + message(Content="x").replace("<![CDATA[x]]>", "&a;").encode(),
    "a million laughs": (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
        + message(Content="x").replace("<![CDATA[x]]>", "&d;&d;&d;")
    ).encode(),
    "a DTD of another machine": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd">'
    + message(Content="x").encode(),
    "an unknown entity": message(Content="x").replace("<![CDATA[x]]>", "&nbsp;").encode(),
    "very deep": b"<xml>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</xml>",
    "another encoding": '<?xml version="1.0" encoding="utf-16"?><xml/>'.encode("utf-16"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_message_is_refused(weixin: Server, name: str) -> None:
    assert weixin.post(BAD[name]).status_code == 400
    assert not Chat.objects.exists() and not Concern.objects.exists()


ODD = {
    "control characters": message(Content="漏\x00\x08水\x1f了").encode(),
    "half a character": message(Content="漏水Z").encode().replace(b"Z", b"\xff\xfe"),
    "an unknown encoding": b'<?xml version="1.0" encoding="gbk"?>'
    + message(Content="漏水").encode(),
    "comments": message(Content="漏水").replace("<Content>", "<!-- x --><Content>").encode(),
    "more fields": message(Content="漏水", Extra="x" * 900).encode(),
    "no number": message(Content="漏水").replace("MsgId", "MsgXX").encode(),
    "a number that is none": message(Content="漏水").replace("<MsgId>", "<MsgId>x").encode(),
    "a kind in capitals": message("TEXT", Content="漏水").encode(),
    "a place nowhere": message(
        "location", Location_X="NaN", Location_Y="1e999", Label="东关大街"
    ).encode(),
    "a place off the earth": message(
        "location", Location_X=91, Location_Y=181, Label="东关大街"
    ).encode(),
    "a photo without a name": message("image", MediaId="").encode(),
    "a photo named like a path": message("image", MediaId="../../x?y=1").encode(),
    "a place without anything": message("location").encode(),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_answered(weixin: Server, name: str) -> None:
    assert weixin.answer(weixin.post(ODD[name]))


def test_without_an_account_there_is_no_door(weixin: Server, settings: Settings) -> None:
    settings.WECHAT_APP_ID = ""
    assert weixin.post(message(Content="漏水")).status_code == 404


fuzzed = fuzz(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = st.sampled_from(
    [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
        "MsgId",
        "MediaId",
        "Event",
        "Location_X",
        "Location_Y",
        "Label",
        "Recognition",
        "EventKey",
        "x",
    ],
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            WANG,
            ACCOUNT,
            "text",
            "image",
            "voice",
            "location",
            "event",
            "1",
            "2",
            "-1",
            "1" * 20,
            "绑定 123456789012",
            "查询",
            "39.9",
            "1e400",
        ]
    ),
)


@fuzzed
@given(fields=st.lists(st.tuples(NAMES, VALUES), max_size=12))
def test_no_fields_make_an_error(weixin: Server, fields: list[tuple[str, str]]) -> None:
    body = "".join(
        f"<{name}><![CDATA[{text.replace(']]>', '')}]]></{name}>" for name, text in fields
    )
    sound = message("text", Content="漏水")[5:-6]
    for xml in (f"<xml>{body}</xml>", f"<xml>{sound}{body}</xml>"):
        answer = weixin.post(xml.encode("utf-8", "surrogatepass"))
        assert answer.status_code in (200, 400)


@fuzzed
@given(body=st.binary(max_size=400), safe=st.booleans())
def test_no_bytes_make_an_error(weixin: Server, body: bytes, safe: bool) -> None:
    answer = weixin.post(body) if safe else weixin.raw(body, weixin.query())
    assert answer.status_code in (400, 403)


@fuzzed
@given(at=st.integers(0, 700), to=st.binary(min_size=1, max_size=3))
def test_no_change_of_a_message_makes_an_error(weixin: Server, at: int, to: bytes) -> None:
    sound = message(Content="东关大街12号楼的水管漏水三天了。").encode()
    changed = sound[: at % len(sound)] + to + sound[at % len(sound) + len(to) :]
    assert weixin.post(changed).status_code in (200, 400)


@fuzzed
@given(words=st.text(min_size=1, max_size=300))
def test_any_words_are_answered_within_what_a_message_holds(api: Api, words: str) -> None:
    said = Server().post(message(Content=words.replace("]]>", "")).encode("utf-8", "replace"))
    assert Server().answer(said)
