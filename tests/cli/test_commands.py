"""The console command as a stranger meets it: a process, its words, its exit code."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.console import lianxin


def test_migrate_twice_is_harmless(installed: Path) -> None:
    again = lianxin(installed, "migrate")
    assert (again.returncode, again.stdout) == (0, "Already up to date.\n")


def test_check_is_content_with_a_fresh_installation(installed: Path) -> None:
    done = lianxin(installed, "check")
    assert done.returncode == 0, done.stdout
    assert "WRONG" not in done.stdout


def test_check_names_what_is_dangerous(installed: Path) -> None:
    done = lianxin(installed, "check", LIANXIN_ALLOWED_HOSTS="*")
    assert done.returncode == 1
    assert "LIANXIN_ALLOWED_HOSTS is *" in done.stdout


def test_check_says_that_a_password_alone_is_not_for_real_use(installed: Path) -> None:
    done = lianxin(installed, "check", LIANXIN_SECOND_FACTOR="off")
    assert done.returncode == 1
    assert "not for real use" in done.stdout
    done = lianxin(installed, "check", LIANXIN_SECOND_FACTOR="no")
    assert done.returncode == 2 and "write required, or off" in done.stderr


def test_a_second_step_is_reset_for_somebody_who_exists_and_with_a_reason(installed: Path) -> None:
    done = lianxin(installed, "second-factor", "reset", "nobody", "--reason", "lost telephone")
    assert (done.returncode, done.stdout) == (1, "")
    assert lianxin(installed, "second-factor", "reset", "nobody").returncode == 2


def test_an_empty_journal_is_whole(installed: Path) -> None:
    done = lianxin(installed, "journal", "verify")
    assert done.returncode == 0
    assert "The journal is whole" in done.stdout


@pytest.mark.parametrize(
    ("words", "extra", "expected"),
    [
        (["serve"], {}, "Run: lianxin migrate"),
        (["journal", "verify"], {}, "Run: lianxin migrate"),
        (["migrate"], {"LIANXIN_DATABASE_URL": "nonsense"}, "LIANXIN_DATABASE_URL cannot be read"),
        (["migrate"], {"LIANXIN_DATABASE_URL": "mysql://a/b"}, "use PostgreSQL or SQLite"),
        (
            ["migrate"],
            {"LIANXIN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
            "The database cannot be used",
        ),
        (["migrate"], {"LIANXIN_HTTPS": "perhaps"}, "write 1 or 0"),
        (["migrate"], {"LIANXIN_SECRET_KEY": "short"}, "shorter than 32"),
        (["migrate"], {"LIANXIN_DATA": "/proc/nowhere"}, "cannot be made"),
        (["fly"], {}, "No such command"),
    ],
)
def test_what_cannot_run_says_why_in_a_sentence(
    tmp_path: Path, words: list[str], extra: dict[str, str], expected: str
) -> None:
    done = lianxin(tmp_path, *words, **extra)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "lianxin.sqlite3").write_bytes(b"this is not a database, it is a letter" * 99)
    done = lianxin(tmp_path, "migrate")
    assert done.returncode == 2
    assert "not a SQLite database" in done.stderr


def test_the_demo_leaves_other_data_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "lianxin.sqlite3") as database:
        database.execute("CREATE TABLE mine (words TEXT)")
    done = lianxin(tmp_path, "demo", "--reset", "--no-serve")
    assert done.returncode == 2
    assert "nothing was removed" in done.stderr
    assert (tmp_path / "lianxin.sqlite3").exists()
