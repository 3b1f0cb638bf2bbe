"""A notice goes by WeChat while one may write freely, else by the template; nobody sees to whom."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from unittest.mock import patch
from uuid import uuid4

import pytest
from pytest_django import Settings

from lianxin.access import SYSTEM
from lianxin.kernel.problems import Problem
from lianxin.vault import actions, choices, matters, queries
from lianxin.vault.choices import News, Way
from lianxin.vault.doors import NotOpened, Why, door
from lianxin.vault.events import Compared, Revealed
from lianxin.vault.matters import Addressee
from lianxin.vault.models import Letter
from tests.vault.leaks import leaks_of
from tests.vault.pretend import LI, Pretend
from tests.weixin import WANG, Api, playing

pytestmark = pytest.mark.django_db
SUBJECT = "matter:12"
TEMPLATE = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"


@pytest.fixture
def api(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Somebody who wishes to be told by WeChat."""
    addressee = Addressee(uuid4(), Way.WECHAT, "7K2Q-M4XD-93C", "zh-hans")
    monkeypatch.setitem(matters._addressers, "matter", lambda pk: addressee if pk == "12" else None)
    actions.seal(addressee.owner, fields={"wechat": WANG})
    settings.WECHAT_TEMPLATE = (TEMPLATE, {"character_string1": "number", "thing2": "news"})
    settings.LIANXIN_PLACE = "城关镇"
    with playing(settings) as found:
        yield found


def notify(news: News = News.ANSWERED) -> str:
    return actions.notify(SUBJECT, way=Way.WECHAT, news=news)


def test_it_says_that_there_is_news_and_no_more(api: Api) -> None:
    assert notify() == ""
    [text] = api.texts()
    assert "7K2Q-M4XD-93C" in text and "https://lianxin.example/track/" in text
    [letter] = Letter.objects.all()
    assert letter.sent_at and letter.way == "wechat" and not letter.text


def test_after_two_days_the_template_is_used(api: Api) -> None:
    api.silent.add(WANG)
    assert notify() == ""
    [sent] = api.templates()
    assert sent["template_id"] == TEMPLATE and sent["url"] == "https://lianxin.example/track/"
    assert {name: one["value"] for name, one in sent["data"].items()} == {
        "character_string1": "7K2Q-M4XD-93C",
        "thing2": "有答复",
    }
    assert sent["client_msg_id"].startswith("lianxin-")


def test_without_a_template_it_says_what_is_wrong(api: Api, settings: Settings) -> None:
    settings.WECHAT_TEMPLATE = ("", {})
    api.silent.add(WANG)
    assert notify() == "WeChat 45015" and not api.sent
    assert Letter.objects.get().failure == "WeChat 45015"


def test_who_follows_no_more_is_a_failure(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api.gone.add(WANG)
    assert notify() == "WeChat 43004"
    assert not leaks_of((WANG,), caplog)


def test_a_token_that_is_over_is_renewed_once(api: Api) -> None:
    notify()
    api.renew()
    assert notify() == "" and api.asked.count("/cgi-bin/stable_token") == 2
    api.codes = [42001, 42001]
    assert notify() == "WeChat 42001"


def test_a_wrong_secret_is_told(api: Api, settings: Settings) -> None:
    settings.WECHAT_SECRET = "another"
    assert notify() == "WeChat 40125"


@pytest.mark.parametrize("trouble", ["away", "fault"])
def test_wechat_away(api: Api, settings: Settings, trouble: str) -> None:
    notify()
    if trouble == "away":
        settings.WECHAT_API = "http://127.0.0.1:1"
    api.status = 503
    assert notify() in ("ConnectionRefusedError", "HTTPException")
    assert Letter.objects.filter(sent_at=None).count() == 1


def opened_by(pretend: Pretend) -> list[str]:
    """Which ways to the account staff find, and a web process that was taken over."""
    from lianxin.journal import actions as journal

    found = []
    fields = queries.fields(pretend.matter.owner)
    found += [str(way) for way in queries.ways_to([*fields, "wechat"]) if way == Way.WECHAT]
    found += ["listed"] if "wechat" in fields else []
    for event in (
        Revealed(purpose="只是想看看", fields=("wechat",)),
        Compared(fields=("wechat",)),
    ):
        record = journal.record(event, subject=SUBJECT, by=LI.actor).seq
        try:
            shown = isinstance(event, Revealed)
            door().show(record) if shown else door().compare(record, {"wechat": WANG})
        except NotOpened as refused:
            found += [] if refused.why == Why.NOT_YOURS else [refused.why]
        else:
            found.append(event.name)
    return found


def test_nobody_is_shown_whose_account_it_is(api: Api, pretend: Pretend) -> None:
    actions.seal(pretend.matter.owner, fields={"wechat": WANG})
    assert opened_by(pretend) == []
    with pytest.raises(Problem):
        actions.write(SUBJECT, way="wechat", text="您好，请回电话。", by=LI)


def test_a_vault_that_hides_nothing_is_noticed(api: Api, pretend: Pretend) -> None:
    actions.seal(pretend.matter.owner, fields={"wechat": WANG})
    from lianxin.vault import opening

    with (
        patch.object(choices, "HIDDEN", frozenset()),
        patch.object(queries, "HIDDEN", frozenset()),
        patch.object(opening, "HIDDEN", frozenset()),
    ):
        assert len(opened_by(pretend)) == 4


def test_it_is_erased_with_the_rest(api: Api, pretend: Pretend) -> None:
    owner = pretend.matter.owner
    actions.seal(owner, fields={"wechat": WANG})
    assert queries.every_field(owner) == ["wechat"]
    actions.erase(owner, by=SYSTEM.actor, subject=SUBJECT)
    assert queries.every_field(owner) == []
