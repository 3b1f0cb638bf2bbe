"""The table of what works: every row, and nothing called working without a page and a test."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ?([MK]\d+) ?\|(.*)\|(.*)\|(.*)\|(.*)\|$", re.MULTILINE)
STATES = {"works", "partly", "not yet"}


def rows() -> list[tuple[str, ...]]:
    """(row, what, state, where, test)."""
    text = (ROOT / "docs" / "mission.md").read_text("utf-8")
    return [tuple(cell.strip() for cell in row) for row in ROW.findall(text)]


def test_every_row_is_there_once_and_in_order() -> None:
    wanted = [f"M{n}" for n in range(1, 151)] + [f"K{n}" for n in range(1, 5)]
    assert [row[0] for row in rows()] == wanted


def test_a_row_has_one_of_three_states() -> None:
    assert {row[2] for row in rows()} <= STATES


def test_what_works_names_a_page_and_a_test_that_exists() -> None:
    for name, _what, state, where, proof in rows():
        files = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", proof)
        for file, test in files:
            assert (ROOT / file).exists(), f"{name}: {file}"
            assert f"def {test}" in (ROOT / file).read_text("utf-8"), f"{name}: {test}"
        if state == "works":
            assert where, name
            assert files, name
        if state == "partly":
            assert where, name


def test_pages_that_are_named_have_an_address() -> None:
    wrong = []
    for name, _what, _state, where, _proof in rows():
        for page in re.findall(r"`(/[^`]*)`", where):
            try:
                resolve(page.replace("…", "7K2QM4XD93C/"))
            except Resolver404:
                wrong.append(f"{name}: {page}")
    assert not wrong
