from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from lianxin.vault import keys


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.KEYS = tmp_path / "keys"
    return tmp_path / "keys"


def test_it_makes_what_is_missing_and_touches_nothing_else(folder: Path) -> None:
    made = keys.ensure()
    assert sorted(made) == sorted(path.name for path in folder.iterdir())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert keys.ensure() == []
    (folder / "receipt.secret").unlink()
    assert keys.ensure() == ["receipt.secret"]
    before.pop("receipt.secret")
    assert before.items() <= {path.name: path.read_bytes() for path in folder.iterdir()}.items()


def test_only_the_owner_may_read_them(folder: Path) -> None:
    keys.ensure()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o400}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_starting_together_they_agree_on_one_key(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [name for names in pool.map(lambda _: keys.ensure(), range(8)) for name in names]
    assert made.count(keys.PUBLIC) == 1
    assert len(list(folder.glob("*.key"))) == 1
    key_id, public = keys.public_key()
    assert keys.private_key(key_id).public_key() == public
    assert not list(folder.glob(".*"))


def test_secrets_differ_and_stay(folder: Path) -> None:
    keys.ensure()
    assert keys.secret("receipt") == keys.secret("receipt") != keys.secret("pepper")
    assert len(keys.secret("receipt")) == 32
    with pytest.raises(keys.KeysUnusable):
        keys.secret("../current.pub")


def test_a_lost_public_key_comes_back_from_the_private_one(folder: Path) -> None:
    keys.ensure()
    public = (folder / keys.PUBLIC).read_bytes()
    (folder / keys.PUBLIC).unlink()
    assert keys.ensure() == [keys.PUBLIC]
    assert (folder / keys.PUBLIC).read_bytes() == public


def test_it_says_clearly_what_is_wrong(folder: Path) -> None:
    with pytest.raises(keys.KeysUnusable, match=r"current.pub.*LIANXIN_KEYS"):
        keys.public_key()
    keys.ensure()
    key_id, _ = keys.public_key()
    (folder / keys.PUBLIC).unlink()
    (folder / "0123456789abcdef.key").write_bytes(bytes(32))
    with pytest.raises(keys.KeysUnusable, match="restore"):
        keys.ensure()
    (folder / f"{key_id}.key").chmod(0o600)
    (folder / f"{key_id}.key").write_bytes(b"short")
    with pytest.raises(keys.KeysUnusable, match="damaged"):
        keys.private_key(key_id)


def test_a_file_in_the_way_is_told_not_hidden(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(keys.KeysUnusable, match="LIANXIN_KEYS"):
        keys.ensure()
