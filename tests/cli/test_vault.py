"""`lianxin vault …` and what `lianxin check` says of the vault."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.console import lianxin


@pytest.fixture
def data(installed: Path, tmp_path: Path) -> Path:
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_check_says_what_embedded_mode_does_not_protect_against(data: Path) -> None:
    said = lianxin(data, "check").stdout
    assert "whoever takes over a web process" in said and "lianxin vault serve" in said


def test_check_finds_a_vault_process_that_is_away(data: Path) -> None:
    done = lianxin(data, "check", LIANXIN_VAULT_SOCKET="/tmp/lx-there-is-none.sock")
    assert done.returncode == 1
    assert "WRONG  Who can open names and numbers" in done.stdout


def test_rotate_says_what_it_did(data: Path) -> None:
    keys = {path.name for path in (data / "keys").glob("*.key")}
    done = lianxin(data, "vault", "rotate", "--keep-days", "7")
    assert done.returncode == 0 and "New keys for 3 months" in done.stdout, done.stderr
    assert keys < {path.name for path in (data / "keys").glob("*.key")}


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({}, "Set LIANXIN_VAULT_SOCKET"),
        ({"LIANXIN_VAULT_SOCKET": "x", "LIANXIN_VAULT_CLIENTS": "nobody-of-that-name"}, "CLIENTS"),
        ({"LIANXIN_VAULT_SOCKET": "x", "LIANXIN_RELAY_URL": "https://x.example/"}, "SECRET"),
        ({"LIANXIN_RELAY_URL": "http://x.example/"}, "must be an https:// address"),
    ],
)
def test_what_is_missing_is_one_sentence(data: Path, extra: dict[str, str], sentence: str) -> None:
    done = lianxin(data, "vault", "serve", **extra)
    assert done.returncode == 2 and sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
