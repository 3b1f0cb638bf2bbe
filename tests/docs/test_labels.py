"""The words the READMEs tell people to press are the words on the pages."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LABEL = re.compile(r"\*\*([^*]*[\u4e00-\u9fff][^*]*)\*\*\s+\(([^)]+)\)")


def labels() -> set[tuple[str, str]]:
    """(Chinese, English) of every label the English README names."""
    return set(LABEL.findall((ROOT / "README.md").read_text("utf-8").replace("\n   ", " ")))


@pytest.fixture(scope="module")
def words() -> dict[str, set[str]]:
    """What each English string is in Simplified Chinese, over all modules."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "src").rglob("zh_Hans/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                if isinstance(message.id, str) and isinstance(message.string, str):
                    found[message.id].add(message.string)
    return found


def test_labels_are_those_of_the_pages(words: dict[str, set[str]]) -> None:
    named = labels()
    assert len(named) > 10
    wrong = [(zh, en, words.get(en)) for zh, en in sorted(named) if zh not in words.get(en, ())]
    assert not wrong


def test_both_readmes_name_the_same_labels() -> None:
    text = (ROOT / "README.zh-CN.md").read_text("utf-8")
    assert not [zh for zh, _english in sorted(labels()) if f"**{zh}**" not in text]
