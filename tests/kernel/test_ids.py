from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lianxin.kernel import ids

places = st.integers(0, ids.NUMBER_LENGTH - 1)
numbers = st.builds(ids.new_number)


@given(numbers)
def test_a_number_survives_reading_out(number: str) -> None:
    assert len(number) == 11 and set(number) <= set(ids.ALPHABET)
    typed = ids.format_number(number).lower().replace("-", " — ")
    typed = typed.replace("0", "o").replace("1", "l")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in typed)
    assert ids.parse_number(typed) == ids.parse_number(wide) == number


def test_groups() -> None:
    assert ids.format_number("7K2QM4XD93C") == "7K2Q-M4XD-93C"
    assert ids.format_code("12345678901234567890") == "1234 5678 9012 3456 7890"


@given(numbers, places, st.sampled_from(ids.ALPHABET))
def test_every_single_wrong_character_is_found(number: str, place: int, char: str) -> None:
    wrong = number[:place] + char + number[place + 1 :]
    assert ids.parse_number(wrong) == (number if wrong == number else None)


@given(numbers, places, places)
def test_every_swap_is_found(number: str, a: int, b: int) -> None:
    chars = list(number)
    chars[a], chars[b] = chars[b], chars[a]
    wrong = "".join(chars)
    assert ids.parse_number(wrong) == (number if wrong == number else None)


@given(st.text(st.characters(codec=None), max_size=120))
def test_hostile_text_is_never_an_error(text: str) -> None:
    number, code = ids.parse_number(text), ids.parse_code(text)
    assert number is None or len(number) == 11
    assert code is None or (len(code) == 20 and code.isascii() and code.isdigit())


@given(st.binary(), st.integers(0, 2**40))
def test_a_code_survives_other_digits(subject: bytes, counter: int) -> None:
    code = ids.derive_code(b"key", subject, counter=counter)
    assert ids.parse_code(ids.format_code(code)) == code
    assert ids.parse_code("".join(chr(0xFF10 + int(c)) for c in code)) == code
    assert ids.parse_code("-".join(chr(0x0660 + int(c)) for c in code)) == code
    assert ids.parse_code(code[:-1]) is None and ids.parse_code(code + "1") is None


def test_codes_differ_by_key_parts_and_counter() -> None:
    made = {
        ids.derive_code(b"k", b"ab", b"c"),
        ids.derive_code(b"k", b"a", b"bc"),
        ids.derive_code(b"k", b"abc"),
        ids.derive_code(b"k", b"ab", b"c", counter=1),
        ids.derive_code(b"l", b"ab", b"c"),
    }
    assert len(made) == 5
