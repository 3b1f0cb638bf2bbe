from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.kernel import words

any_text = st.text(st.characters(codec=None))


@given(any_text)
def test_clean_text_can_be_stored_and_shown(text: str) -> None:
    cleaned = words.clean(text)
    cleaned.encode("utf-8")
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in cleaned)
    assert words.clean(cleaned) == cleaned


@given(any_text)
def test_fold_is_settled_after_once(text: str) -> None:
    assert words.fold(words.fold(text)) == words.fold(text)


@given(any_text, st.integers(0, 40))
def test_first_line_is_one_short_line(text: str, length: int) -> None:
    title = words.first_line(text, length)
    assert len(title) <= length and "\n" not in title
    title.encode("utf-8")


@given(any_text)
def test_masks_never_show_the_whole(text: str) -> None:
    assert words.mask_name(text) in ("", "*") or words.mask_name(text)[1:] == "**"
    shown = [c for c in words.mask_phone(text) if c != "*"]
    digits = [c for c in text if c.isdecimal()]
    assert not digits or len(shown) < len(digits)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\x00灯\x07坏了\r\n三天\r了 ", "灯坏了\n三天\n了"),
        ("\ud83d\ude00", "😀"),
        ("a\ud800b", "a\ufffdb"),
        ("e\u0301", "é"),
    ],
)
def test_clean(typed: str, kept: str) -> None:
    assert words.clean(typed) == kept


def test_fold_makes_writings_equal() -> None:
    assert words.fold("  ＡＢＣ１２３\u3000幸福 ") == "abc123 幸福"


@pytest.mark.parametrize(
    ("text", "length", "title"),
    [
        ("你好。我家楼道的灯坏了。已经三周", 20, "你好。我家楼道的灯坏了"),
        ("\n\n井盖坏了\n在幸福路", 20, "井盖坏了"),
        ("一二三四五六七八", 5, "一二三四…"),
        ("一二👩\u200d👧三四五", 4, "一二…"),
        ("   ", 5, ""),
    ],
)
def test_first_line(text: str, length: int, title: str) -> None:
    assert words.first_line(text, length) == title


def test_masks() -> None:
    assert words.mask_phone("+86 138-1234-5678") == "138****5678"
    assert words.mask_phone("6512 3456") == "******56"
    assert words.mask_phone("110") == "***"
    assert words.mask_name("张小明") == "张**" and words.mask_name("张") == "*"
