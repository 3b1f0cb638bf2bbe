"""Cleaning, comparing, shortening and masking of text that people typed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

_NEWLINE = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SENTENCE_END = re.compile(r"[。！？!?；;]")
_SPACE = re.compile(r"\s+")
_STAR = "*"


def clean(text: str) -> str:
    """Text safe to store and show: same words, no control characters, NFC, stripped.

    Line ends become \\n; tabs stay; half surrogate pairs become U+FFFD (whole ones are
    joined); every other control character, NUL first of all, is removed.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _CONTROL.sub("", _NEWLINE.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """A form for comparing and searching: NFKC, casefold, runs of white space made one space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean(text)).casefold())
    return _SPACE.sub(" ", clean(folded)).strip()


def is_chinese(text: str) -> bool:
    """Whether Chinese characters stand in it."""
    return any("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in text)


def plain(text: str) -> str:
    """A form for finding names: folded, simplified, nothing but letters and digits.

    People write 住 建 局, 買買提 and 阿依古丽·买买提 in many ways.
    """
    return "".join(letter for letter in fold(_simplified().convert(text)) if letter.isalnum())


@cache
def _simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _cut(text: str, length: int) -> str:
    """At most `length` characters, never through a letter and its marks or a joined emoji."""
    if len(text) <= length:
        return text
    end = max(length - 1, 0)
    while end > 0 and (
        unicodedata.category(text[end]) in ("Mn", "Me", "Mc")
        or text[end] == "\u200d"
        or text[end - 1] == "\u200d"
    ):
        end -= 1
    return text[:end].rstrip() + "…" if length > 0 else ""


def first_line(text: str, length: int) -> str:
    """A short title: the first sentence of the first line, at most `length` characters."""
    lines = (_SPACE.sub(" ", part).strip() for part in clean(text).splitlines())
    line = next((part for part in lines if part), "")
    # A greeting ("你好。") is a sentence too, but says nothing.
    ends = (match.start() for match in _SENTENCE_END.finditer(line))
    end = next((end for end in ends if end >= 4), len(line))
    return _cut(line[:end], length)


def mask_phone(phone: str) -> str:
    """`13812345678` becomes `138****5678` (a leading 86 goes); short ones keep two digits."""
    digits = "".join(str(unicodedata.decimal(c)) for c in phone if c.isdecimal())
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) >= 11:
        return digits[:3] + _STAR * (len(digits) - 7) + digits[-4:]
    if len(digits) >= 7:
        return _STAR * (len(digits) - 2) + digits[-2:]
    return _STAR * len(digits)


def mask_name(name: str) -> str:
    """`张小明` becomes `张**`: the first character stays, the length is not given away."""
    name = clean(name)
    if len(name) < 2:
        return _STAR * len(name)
    return name[0] + _STAR * 2
