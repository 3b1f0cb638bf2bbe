"""P8 in short: bombs and files of two faces, random changes, pictures full of notes.

`make campaign` does the same for ten minutes a path (`bench.trust.parsers`).
"""

from __future__ import annotations

from random import Random

import pytest

from bench.trust import parsers


def test_every_bomb_and_every_stranger_is_refused() -> None:
    found = parsers.refusal_of_the_corpus(parsers.clean_copy)
    assert found["tried"] >= 60 and found["taken"] == []
    assert parsers.refusal_of_the_corpus(parsers._as_named)["taken"], "the twin was not caught"


def test_nothing_of_a_second_face_comes_through() -> None:
    found = parsers.second_faces(parsers.clean_copy, step=4)
    assert found["tried"] >= 20 and found["through"] == []
    assert parsers.second_faces(parsers._as_named, step=4)["through"], "the twin was not caught"


@pytest.mark.parametrize("path", parsers.PATHS)
def test_a_changed_file_is_cleaned_or_refused(path: str) -> None:
    found = parsers.fuzz(path, Random(path), seconds=0, least=8)
    assert found["tried"] == found["copies"] + found["refused"] == 8
    assert (found["uncaught"], found["dirty"], found["slow"]) == (0, 0, 0)


def test_no_byte_but_the_picture_is_left() -> None:
    found = parsers.dirty_pictures(parsers.clean_copy, Random(8), 40)
    assert found == {"judged": 40, "dirty": {}}
    naive = parsers.dirty_pictures(parsers._saved_as_it_is, Random(8), 20)
    assert naive["dirty"], "the twin was not caught"


def test_a_bomb_needs_limits() -> None:
    assert parsers.peak_of_a_bomb() > parsers.MOST_MEMORY, "the twin was not caught"
