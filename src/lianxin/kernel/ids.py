"""Numbers people read out and type: the case number and the resident's query code."""

from __future__ import annotations

import hmac
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 11
CODE_LENGTH = 20

_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_LOOKALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})
# Longer input is refused before any work is done on it.
_LONGEST_INPUT = 100


def _check_char(body: str) -> str:
    """The check character of the ten characters before it.

    Characters are elements of the field GF(32) (x^5 + x^2 + 1) and the check is the sum of
    value * a^weight with a different power of the generator `a` at each place. Because every
    weight is non-zero and no two are equal, every single wrong character and every swap of
    any two different characters, adjacent or not, is found.
    """
    total = 0
    for char in body:
        total = (total ^ _VALUE[char]) << 1
        if total & 32:
            total ^= 0b100101
    return ALPHABET[total]


def new_number() -> str:
    """A fresh case number: ten random characters (50 bits) and a check character, bare."""
    bits = secrets.randbits(5 * (NUMBER_LENGTH - 1))
    body = "".join(ALPHABET[bits >> shift & 31] for shift in range(0, 5 * (NUMBER_LENGTH - 1), 5))
    return body + _check_char(body)


def format_number(number: str) -> str:
    """Grouped for reading: `7K2QM4XD93C` becomes `7K2Q-M4XD-93C`."""
    return "-".join((number[:4], number[4:8], number[8:]))


def _is_separator(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Pd", "Pc", "Cf") or char in "-.·・−"


def parse_number(text: str) -> str | None:
    """The bare number in what somebody typed, or None when it cannot be one.

    Accepts full-width characters, lower case, I and L for 1, O for 0, spaces and dashes.
    """
    bare = bare_characters(text)
    if bare is None or len(bare) != NUMBER_LENGTH:
        return None
    return bare if _check_char(bare[:-1]) == bare[-1] else None


def bare_characters(text: str) -> str | None:
    """What somebody typed in characters of :data:`ALPHABET` alone, or None when there are others.

    Accepts full-width characters, lower case, I and L for 1, O for 0, spaces and dashes.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    folded = unicodedata.normalize("NFKC", text).upper()
    bare = "".join(c for c in folded if not _is_separator(c)).translate(_LOOKALIKE)
    return None if any(c not in _VALUE for c in bare) else bare


def short_code(length: int) -> str:
    """So many random characters of :data:`ALPHABET`, for an address that people type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def random_digits(count: int) -> str:
    """So many random digits, zeros in front among them."""
    return f"{secrets.randbelow(10**count):0{count}d}"


def derive_code(key: bytes, *parts: bytes, counter: int = 0) -> str:
    """A query code of 20 digits from HMAC-SHA256 over the parts and the counter.

    Each part goes in with its length before it, so ("ab", "c") and ("a", "bc") differ.
    Raise the counter to give the same subject a new code.
    """
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    digest = hmac.digest(key, message + counter.to_bytes(8, "big"), "sha256")
    return f"{int.from_bytes(digest, 'big') % 10**CODE_LENGTH:0{CODE_LENGTH}d}"


def format_code(code: str) -> str:
    """Grouped by four: `12345678901234567890` becomes `1234 5678 9012 3456 7890`."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def parse_code(text: str) -> str | None:
    """The 20 digits in what somebody typed, or None.

    Digits of any script count (full-width, Arabic-Indic ...); spaces and dashes are dropped;
    any other character makes it None.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    digits = []
    for char in text:
        value = unicodedata.decimal(char, None)
        if value is not None:
            digits.append(str(value))
        elif not _is_separator(char):
            return None
    return "".join(digits) if len(digits) == CODE_LENGTH else None


def parse_id(text: str) -> int:
    """The id of a row in what came with an address; 0 for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
