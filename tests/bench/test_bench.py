"""The measuring programs still fit the product: a tiny run, without any claim about speed."""

from __future__ import annotations

from pathlib import Path

from bench import filing, open311, run, table, words


def test_every_part_is_there() -> None:
    assert list(run.PARTS) == [
        "filing", "worklist", "tracking", "import", "mailbox", "open311", "peer",
        "startup", "memory", "journal", "backup",
    ]  # fmt: skip


def test_made_up_texts_are_long_enough_and_differ() -> None:
    made = words.texts(50)
    assert len(set(made)) == 50
    assert all(150 <= len(text) < 220 for text in made)


def test_a_concern_is_filed_as_the_load_client_does_it() -> None:
    rows = filing.measure(quick=True, engines=("sqlite",))
    assert [row.what for row in rows] == [
        "Filing over HTTP, SQLite, 8 at once",
        "Filing over HTTP, SQLite, 32 at once",
    ]


def test_a_list_is_read_and_a_concern_filed_as_another_system_does_it() -> None:
    rows = open311.measure(quick=True, engines=("sqlite",))
    assert [row.what for row in rows] == [
        "Open311, a list of 100 of 200, SQLite, 8 at once",
        "Open311, filing, SQLite, 8 at once",
        "Open311, filing in a flood, SQLite, 8 at once",
    ]


def test_a_table_replaces_the_one_before(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("before\n<!-- x: begin -->stale<!-- x: end -->\nafter\n")
    for _ in range(2):
        table.write("x", [table.Row("x", "what", "5/s", "≥ 3/s", True)], "make bench", document)
    text = document.read_text()
    assert "stale" not in text
    assert text.count("| what | 5/s | ≥ 3/s | yes |") == 1
    assert text.startswith("before\n") and text.endswith("\nafter\n")
