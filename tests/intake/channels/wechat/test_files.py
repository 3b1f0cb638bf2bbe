"""Photos and recordings are fetched after the answer, and come to their concern however late."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from pytest_django import Settings

from lianxin.intake.channels.wechat import actions, fetching
from lianxin.intake.channels.wechat.fetching import WAITS, fetch_files
from lianxin.intake.channels.wechat.models import Chat, Piece
from lianxin.intake.models import Addition, Attachment, Concern
from lianxin.intake.queries import attachments_of
from lianxin.intake.storage import file_path
from lianxin.journal import outbox
from lianxin.kernel import clock
from tests.intake.paper import picture
from tests.vault.leaks import leaks_of
from tests.weixin import WANG, Api, Server

pytestmark = pytest.mark.django_db
WORDS = "东关大街12号楼的水管漏水三天了。"
SPOKEN = b"#!AMR\n" + (b"\x3c" + bytes(range(31))) * 150
"""Three seconds as WeChat gives them: AMR, 8 kHz."""


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path


def in_the_concern() -> list[str]:
    concern = Concern.objects.get()
    return [row.suffix for row in attachments_of(concern.pk)]


def test_nothing_is_fetched_before_the_answer(weixin: Server, api: Api) -> None:
    api.files["MEDIA_1"] = ("image/jpeg", picture().getvalue())
    assert "照片 1 张" in weixin.photo() and not api.asked
    assert fetch_files() == {"arrived": 1}
    assert "/cgi-bin/media/get" in api.asked and Attachment.objects.get().suffix == "jpg"


def test_photo_and_voice_are_filed_with_the_words(weixin: Server, api: Api) -> None:
    api.files |= {"MEDIA_1": ("image/jpeg", picture().getvalue()), "MEDIA_2": ("audio/amr", SPOKEN)}
    weixin.say(WORDS)
    weixin.photo()
    noted = weixin.send("voice", MediaId="MEDIA_2", Format="amr", Recognition="水管漏了")
    assert "文字 1 条、照片 1 张、语音 1 段" in noted
    fetch_files()
    weixin.say("1")
    assert in_the_concern() == ["jpg", "amr"] and not Addition.objects.exists()
    words = Concern.objects.get().words
    assert words.startswith(WORDS) and words.endswith("微信把语音转成的文字：\n水管漏了")
    assert Attachment.objects.get(suffix="amr").seconds == 3
    assert not Piece.objects.exists() and Chat.objects.get().account is None


def test_a_voice_alone_is_a_concern(weixin: Server, api: Api) -> None:
    api.files["MEDIA_2"] = ("audio/amr", SPOKEN)
    weixin.send("voice", MediaId="MEDIA_2", Format="amr")
    fetch_files()
    weixin.say("1")
    assert Concern.objects.get().words == "（只有附件，没有文字）" and in_the_concern() == ["amr"]


def test_what_was_sent_meanwhile_gets_its_file_when_it_comes(weixin: Server, api: Api) -> None:
    api.files |= {name: ("image/jpeg", picture().getvalue()) for name in ("MEDIA_1", "MEDIA_2")}
    weixin.say(WORDS)
    weixin.photo("MEDIA_1")
    weixin.photo("MEDIA_2")
    weixin.say("1")
    assert in_the_concern() == []
    assert fetch_files() == {"arrived": 2}
    assert in_the_concern() == ["jpg", "jpg"] and Addition.objects.count() == 1
    assert not Piece.objects.exists() and Chat.objects.get().account is None


def test_a_photo_that_comes_late_is_added(weixin: Server, api: Api) -> None:
    api.files["MEDIA_1"] = ("image/jpeg", picture().getvalue())
    now = int(time.time())
    weixin.say(WORDS, at=now)
    weixin.say("1", at=now + 5)
    assert "补充" in weixin.photo(at=now + 2)
    fetch_files()
    assert in_the_concern() == ["jpg"]


def test_a_token_that_is_over_is_renewed(weixin: Server, api: Api) -> None:
    api.files |= {name: ("image/jpeg", picture().getvalue()) for name in ("MEDIA_1", "MEDIA_2")}
    weixin.photo("MEDIA_1")
    fetch_files()
    api.renew()
    weixin.photo("MEDIA_2")
    assert fetch_files() == {"arrived": 1}
    assert api.asked.count("/cgi-bin/stable_token") == 2


Trouble = Callable[[Api, Settings], None]
TROUBLES: dict[str, Trouble] = {
    "busy": lambda api, _s: api.codes.append(-1),
    "a limit of the day": lambda api, _s: api.codes.append(45009),
    "a fault": lambda api, _s: setattr(api, "status", 502),
    "nobody there": lambda _api, settings: setattr(settings, "WECHAT_API", "http://127.0.0.1:1"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_fails_is_tried_again(
    weixin: Server, api: Api, settings: Settings, trouble: str
) -> None:
    api.files["MEDIA_1"] = ("image/jpeg", picture().getvalue())
    weixin.photo()
    home = settings.WECHAT_API
    TROUBLES[trouble](api, settings)
    assert fetch_files() == {"later": 1} and fetch_files() == {}
    api.status, settings.WECHAT_API = 200, home
    with clock.at(WAITS[0] + timedelta(seconds=1)):
        assert fetch_files() == {"arrived": 1}
    assert not api.texts()


def test_what_never_comes_is_told(weixin: Server, api: Api) -> None:
    weixin.photo()
    at = timedelta()
    for wait in (*WAITS, timedelta()):
        api.codes = [-1]
        with clock.at(at):
            fetch_files()
        at += wait + timedelta(seconds=1)
    [told] = api.texts()
    assert "没有收下" in told and not Piece.objects.exists()


BAD = {
    "not there any more": ("", b""),
    "no picture": ("image/jpeg", b"\xff\xd8\xff but no picture"),
    "a page": ("image/jpeg", b"<html><script>x</script></html>"),
    "too large": ("image/jpeg", b"\xff\xd8\xff" + bytes(26_000_000)),
    "a film": ("application/json", b'{"video_url":"http://mpvideo.qpic.cn/x"}'),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_cannot_be_taken_is_told_and_the_rest_goes_on(
    weixin: Server, api: Api, bad: str
) -> None:
    api.files["MEDIA_2"] = ("image/jpeg", picture().getvalue())
    if BAD[bad][0]:
        api.files["MEDIA_1"] = BAD[bad]
    weixin.say(WORDS)
    weixin.photo("MEDIA_1")
    weixin.photo("MEDIA_2")
    weixin.say("1")
    assert fetch_files() == {"lost": 1, "arrived": 1}
    assert in_the_concern() == ["jpg"]
    [told] = api.texts()
    assert "没有收下" in told and "漏水" not in told


def test_the_eleventh_photo_is_not_noted(weixin: Server) -> None:
    for number in range(10):
        weixin.photo(f"MEDIA_{number}")
    assert "没有记下" in weixin.photo("MEDIA_10") and Piece.objects.count() == 10


def test_what_is_discarded_while_it_comes_is_in_nothing(weixin: Server, api: Api) -> None:
    api.files["MEDIA_1"] = ("image/jpeg", picture().getvalue())
    weixin.photo()
    real = fetching._fetched

    def meanwhile(piece: Piece) -> Attachment:
        row = real(piece)
        weixin.say("2")
        return row

    with patch.object(fetching, "_fetched", meanwhile):
        fetch_files()
    [row] = Attachment.objects.all()
    assert row.concern is None and file_path(row.uuid, row.suffix).exists()
    from lianxin.intake.actions import drop_waiting

    with clock.at(timedelta(hours=25)):
        drop_waiting()
    assert not Attachment.objects.exists()


def test_what_is_sent_while_it_comes_gets_it(weixin: Server, api: Api) -> None:
    api.files["MEDIA_1"] = ("image/jpeg", picture().getvalue())
    weixin.photo()
    real = actions.arrived

    def meanwhile(piece: Piece, row: Attachment) -> None:
        weixin.say("1")
        real(piece, row)

    with patch.object(actions, "arrived", meanwhile):
        fetch_files()
    assert in_the_concern() == ["jpg"]


def test_a_worker_that_dies_leaves_it_to_the_next(weixin: Server, api: Api) -> None:
    api.files["MEDIA_1"] = ("image/jpeg", picture().getvalue())
    weixin.photo()
    with (
        patch.object(fetching, "_fetched", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        fetch_files()
    assert fetch_files() == {}
    with clock.at(WAITS[0] + timedelta(seconds=1)):
        assert fetch_files() == {"arrived": 1}


def test_whoever_handles_it_hears_of_a_file(weixin: Server, api: Api) -> None:
    api.files["MEDIA_1"] = ("image/jpeg", picture().getvalue())
    weixin.say(WORDS)
    weixin.photo()
    weixin.say("1")
    outbox.drain()
    fetch_files()
    outbox.drain()
    assert Addition.objects.get().by_resident


def test_neither_names_nor_tokens_are_written_down(
    weixin: Server, api: Api, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    weixin.say(WORDS)
    weixin.photo()
    weixin.say("1")
    for code in (-1, 40007):
        api.codes = [code]
        with clock.at(timedelta(minutes=code + 2 if code < 0 else 5)):
            fetch_files()
    assert not leaks_of((WANG, settings.WECHAT_SECRET, "TOKEN-0", "MEDIA_1"), caplog)


def test_with_another_pepper_the_worker_goes_on(
    weixin: Server, api: Api, settings: Settings, tmp_path: Path
) -> None:
    from lianxin.vault import keys

    api.files["MEDIA_2"] = ("image/jpeg", picture().getvalue())
    weixin.photo("MEDIA_1")
    settings.KEYS = settings.VAULT_KEYS = tmp_path / "keys"
    keys.ensure()
    weixin.photo("MEDIA_2", person="oLiSi-88_pQ1")
    assert fetch_files() == {"lost": 1, "arrived": 1}
    with clock.at(timedelta(hours=25)):
        assert fetching.end_chats() == 1 and not Chat.objects.exists()
