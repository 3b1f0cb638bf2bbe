"""One text for one value: the JSON that journal hashes are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from unicodedata import normalize

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def dump(data: Mapping[str, object]) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8 characters as they are, strings in NFC.

    Lone surrogates become U+FFFD, because no database stores them. Raises TypeError for floats
    and foreign types, ValueError when two keys become one by normalisation.
    """
    return _encode(_plain(data))


def load(text: str) -> dict[str, object]:
    """The value of a canonical text."""
    value: dict[str, object] = json.loads(text)
    return value


def _plain(value: object) -> object:
    kind = type(value)
    if kind is str:
        return _text(str(value))
    if kind is int or kind is bool or value is None:
        return value
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, Mapping):
        plain = {_key(key): _plain(item) for key, item in value.items()}
        if len(plain) != len(value):
            raise ValueError("two keys are the same after normalisation")
        return plain
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(item) for item in value]
    raise TypeError(f"a journal entry cannot hold {kind.__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of a journal entry is text, not {type(key).__name__}")
    return _text(key)


def _text(text: str) -> str:
    if text.isascii():
        return text
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return normalize("NFC", text)
