"""`lianxin check` says what the account of WeChat lacks, and asks WeChat itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from lianxin.config import environment
from lianxin.config.door_checks import wechat
from tests.weixin import AES, Api, playing


@pytest.fixture
def api(settings: Settings) -> Iterator[Api]:
    settings.WECHAT_TEMPLATE = ("T", {"thing1": "number"})
    with playing(settings) as found:
        yield found


def ids() -> list[str | None]:
    return [found.id for found in wechat()]


def test_without_an_account_there_is_nothing_to_say(settings: Settings) -> None:
    assert ids() == []


def test_a_whole_account_is_fine(api: Api) -> None:
    assert ids() == [] and api.asked == ["/cgi-bin/stable_token"]


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("WECHAT_APP_ID", "", "config.E021"),
        ("WECHAT_TOKEN", "", "config.E021"),
        ("WECHAT_SECRET", "", "config.E022"),
        ("WECHAT_SECRET", "t0p-s3cr3t", "config.E023"),
        ("WECHAT_API", "http://127.0.0.1:1", "config.E023"),
        ("WECHAT_AES_KEY", "", "config.W014"),
        ("WECHAT_TEMPLATE", ("", {}), "config.W015"),
    ],
)
def test_what_is_missing_is_said(
    api: Api, settings: Settings, setting: str, value: object, said: str
) -> None:
    setattr(settings, setting, value)
    assert said in ids()
    assert "t0p-s3cr3t" not in " ".join(str(found) for found in wechat())


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        ("wechat_key", AES[:-1]),
        ("wechat_key", AES + "="),
        ("wechat_token", "a b"),
        ("wechat_template", "T"),
        ("wechat_template", "T thing1=words"),
    ],
)
def test_a_wrong_setting_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, reader: str, value: str
) -> None:
    monkeypatch.setenv("LIANXIN_X", value)
    with pytest.raises(ImproperlyConfigured) as error:
        getattr(environment, reader)("LIANXIN_X")
    assert reader == "wechat_template" or value not in str(error.value)


def test_a_template_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXIN_X", "T1 character_string1=number thing2=news")
    found = environment.wechat_template("LIANXIN_X")
    assert found == ("T1", {"character_string1": "number", "thing2": "news"})
