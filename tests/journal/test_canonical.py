from __future__ import annotations

import json
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.journal import canonical

TEXT = st.text(st.characters(), max_size=20)  # lone surrogates and NUL among them
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé", max_size=4), inner),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text("abcxyz", min_size=1), VALUES, max_size=6)


@given(OBJECTS)
def test_it_writes_one_value_in_one_way(value: dict[str, object]) -> None:
    text = canonical.dump(value)
    assert canonical.dump(dict(reversed(value.items()))) == text
    assert canonical.dump(canonical.load(text)) == text
    assert is_normalized("NFC", text)
    text.encode()


@given(OBJECTS)
def test_it_keeps_what_json_keeps(value: dict[str, object]) -> None:
    ascii_only = json.loads(json.dumps(value))
    if json.dumps(value, ensure_ascii=False).isascii():
        assert canonical.load(canonical.dump(value)) == ascii_only


def test_it_joins_spellings_that_look_alike() -> None:
    assert canonical.dump({"a": "e\u0301"}) == canonical.dump({"a": "\u00e9"}) == '{"a":"é"}'


def test_it_replaces_what_no_database_stores() -> None:
    assert canonical.dump({"a": "x\ud800y", "b": "\x00"}) == '{"a":"x\ufffdy","b":"\\u0000"}'


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", {1, 2}, object(), {1: "x"}])
def test_it_refuses_what_has_no_one_spelling(value: object) -> None:
    with pytest.raises(TypeError):
        canonical.dump({"a": value})


def test_it_refuses_keys_that_become_one() -> None:
    with pytest.raises(ValueError):
        canonical.dump({"a": {"e\u0301": 1, "\u00e9": 2}})
