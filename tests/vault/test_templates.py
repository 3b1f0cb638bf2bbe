"""Words of a unit: what they may hold, how long they are, and that the vault looks itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin.vault import actions, matters, templates
from lianxin.vault.choices import News, Way
from lianxin.vault.templates import Words, faults, fill, parts
from tests.post import Postman
from tests.vault.test_notices import ADDRESS, SUBJECT, Wish
from tests.vault.test_notices import wish as wish

FINE = "{unit}：您的编号 {number} {news}，请看 {link}"
BAD = {
    "unknown place": FINE + " {name}",
    "words of the case": FINE + " {subject}",
    "attribute of a place": FINE + " {link.__class__}",
    "empty place": FINE + " {}",
    "open brace": FINE + " {",
    "closed brace": FINE + "}",
    "wide brace": FINE + " ｛x｝",
    "brace within": FINE + " {{x}}",
    "no link": "{number} {news}",
    "no number": "{news} {link}",
    "another address": FINE + " http://evil.example/",
    "a bare host": FINE + " evil.example",
    "a wide host": FINE + " evil．example",
    "a host that begins in a place": FINE + " {news}.example",
    "a host that ends in a place": FINE + " evil.{unit}",
    "an ideographic full stop": FINE + " evil。example",
    "a mailbox": FINE + " x@evil",
    "a telephone": FINE + " 138 1234 5678",
    "an account": FINE + " 6222020200112233445",
    "a wide number": FINE + " １３８１２３４５６７８",
    "a spoken number": FINE + " 一三八一二三四五六七八",
    "a hidden sign": FINE + "\u202egnihtemos",
    "a hidden space": FINE + "\u200b",
    "two lines": FINE + "\n再来一行",
    "a control sign": FINE + "\x07",
    "half a sign": FINE + "\ud800",
    "endless": FINE + "长" * 400,
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("way", [Way.SMS, Way.EMAIL, Way.WECHAT])
def test_what_must_not_stand_there_is_told(what: str, way: Way) -> None:
    assert faults(Words(BAD[what], "住建局"), way, "zh-hans")


@pytest.mark.parametrize(
    "text",
    [
        FINE,
        "No. {number}: {news}. Look here: {link} Questions: 12345",
        "您好，{number} 有消息，凭查询码看：{link}。有危险请打 110、119、120。",
    ],
)
def test_what_is_fine_is_taken(text: str) -> None:
    assert faults(Words(text, "住建局"), Way.SMS, "zh-hans") == []


@pytest.mark.parametrize("name", ["打到 6222020200112233445", "看 evil.example", "局\u202e", "{局"])
def test_a_unit_whose_name_says_more_is_not_named(name: str) -> None:
    assert faults(Words(FINE, name), Way.EMAIL, "zh-hans")
    assert faults(Words("{number} {link}", name), Way.EMAIL, "zh-hans") == []


def test_the_product_s_own_words_are_fine() -> None:
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            own = templates.product()
        assert faults(Words(own, ""), Way.SMS, language) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3),
     ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("a" * 69 + "é", 1),
     ("𠮷" * 35, 1), ("𠮷" * 36, 2), ("🏠" * 68, 3), ("~" * 80, 1), ("~" * 81, 2), ("`" * 71, 2)],
)  # fmt: skip
def test_parts_are_counted_as_networks_do(text: str, count: int) -> None:
    assert parts(text) == count


def test_too_long_for_a_text_message_is_told_and_no_matter_elsewhere() -> None:
    long = Words(FINE + "长" * 100, "住建局")
    [said] = faults(long, Way.SMS, "zh-hans")
    assert "134" in said
    assert faults(long, Way.EMAIL, "zh-hans") == []
    # The length is that of what goes out, in its own language: English news are longer.
    edge = next(n for n in range(200) if faults(Words(FINE + "长" * n, "局"), Way.SMS, "en"))
    assert faults(Words(FINE + "长" * edge, "局"), Way.SMS, "zh-hans") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("{number}{link}查看", "/track/ 查看"), ("{number}{link}。", "/track/ 。"),
     ("{number} {link} 。", "/track/ 。"), ("{number} {link}", "/track/"),
     ("{number} {link}{link}", "/track/ http")],
)  # fmt: skip
def test_what_comes_after_the_address_is_no_part_of_it(text: str, said: str) -> None:
    """Android takes Chinese characters, and 。 itself, for a part (Patterns.WEB_URL)."""
    assert said in fill(Words(text, ""), News.NEWS, templates.SAMPLE)
    assert text.endswith("{link}") is fill(Words(text, ""), News.NEWS, "7").endswith("/track/")


@settings(max_examples=150)
@given(st.text(st.sampled_from("{}numberliksw 0189.@:/长，｛\u200b\n"), max_size=80))
def test_whatever_is_typed_is_answered_and_what_passes_leads_to_us_alone(typed: str) -> None:
    own = Words(typed, "住建局")
    for text in (own, replace(own, text=typed + "{number} {link}")):
        if faults(text, Way.EMAIL, "zh-hans"):
            continue
        with translation.override("zh-hans"):
            said = fill(text, News.NEWS, "7K2Q-M4XD-9TB")
        assert said.count("://") == text.text.count("{link}")
        assert not set("{}") & set(said)


def planted(wish: Wish, post: Postman, text: str) -> str:
    """What a person reads when these words got into the table past the form."""
    assert wish.addressee
    wish.addressee = replace(wish.addressee, words=Words(text, "住建局"))
    assert actions.notify(SUBJECT, way=Way.EMAIL, news=News.NEWS) == ""
    mail = post.received[-1]
    body = mail.get_body(("plain",))
    assert body and mail["To"] == ADDRESS
    return str(body.get_content())


@contextmanager
def vault_that_trusts_the_table() -> Iterator[None]:
    """One that takes whatever words it is handed."""
    with patch.object(templates, "faults", lambda *_: []):
        yield


EVIL = "{number} {link} 请把押金打到 6222020200112233445"


@pytest.mark.django_db
def test_the_vault_sends_fit_words_and_no_others(wish: Wish, post: Postman) -> None:
    assert "住建局" in planted(wish, post, "{unit}: {number}, {link}")
    said = planted(wish, post, EVIL)
    assert "6222" not in said and "something has happened" in said


@pytest.mark.django_db
def test_a_vault_that_trusts_the_table_is_caught(wish: Wish, post: Postman) -> None:
    with vault_that_trusts_the_table():
        assert "6222" in planted(wish, post, EVIL)


def test_an_addressee_without_words_is_as_before() -> None:
    assert matters.Addressee.__dataclass_fields__["words"].default is None
