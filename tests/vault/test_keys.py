"""The key files: made once, never replaced, one pair for each month."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from lianxin.kernel import clock
from lianxin.vault import keys
from lianxin.vault.private import PrivateKeys


def test_it_makes_what_is_missing_and_touches_nothing_else(folder: Path) -> None:
    made = keys.ensure()
    assert sorted(made) == sorted(path.name for path in folder.iterdir())
    assert len(list(folder.glob("*.key"))) == len(list(folder.glob("*.pub"))) == keys.AHEAD
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert keys.ensure() == []
    (folder / "receipt.secret").unlink()
    assert keys.ensure() == ["receipt.secret"]
    before.pop("receipt.secret")
    assert before.items() <= {path.name: path.read_bytes() for path in folder.iterdir()}.items()


def test_only_the_owner_may_read_them(own_keys: Path) -> None:
    kinds = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in own_keys.iterdir()}
    assert kinds == {".key": 0o400, ".secret": 0o400, ".pub": 0o444}
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o700


def test_starting_together_they_agree_on_the_keys(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [name for names in pool.map(lambda _: keys.ensure(), range(8)) for name in names]
    assert len(made) == len(set(made)) == len(list(folder.iterdir()))
    key_id, public, _last = keys.sealing_key(keys.months_on(clock.today(), 36))
    assert PrivateKeys().read(key_id).public_key() == public
    assert not list(folder.glob(".*"))


def test_each_month_has_a_key_of_its_own(own_keys: Path) -> None:
    first = keys.sealing_key(date(2027, 1, 1))
    same = keys.sealing_key(date(2027, 1, 31))
    other = keys.sealing_key(date(2027, 2, 1))
    assert first[0] == same[0] != other[0]
    assert first[2] == date(2027, 1, 1)


def test_secrets_differ_and_stay(own_keys: Path) -> None:
    assert keys.secret("receipt") == keys.secret("receipt") != keys.secret("pepper")
    assert len(keys.secret("receipt")) == 32
    with pytest.raises(keys.KeysUnusable):
        keys.secret("../receipt")


@pytest.mark.parametrize("month", ["", "2027-13", "../../etc", "1999-01", "2999-01", "2027-1"])
def test_what_is_no_month_gets_no_key(own_keys: Path, month: str) -> None:
    with pytest.raises(keys.KeysUnusable):
        PrivateKeys().public(month)


def test_it_says_clearly_what_is_wrong(folder: Path) -> None:
    with pytest.raises(keys.KeysUnusable, match="LIANXIN_KEYS"):
        keys.sealing_key(date(2027, 1, 1))
    # A folder that lies on another disk, not mounted yet: no new keys that would hide the old.
    folder.mkdir()
    with pytest.raises(keys.KeysUnusable, match="holds no keys"):
        keys.sealing_key(date(2027, 1, 1))
    keys.ensure()
    key_id, _key, _last = keys.sealing_key(date(2027, 1, 1))
    path = next(folder.glob(f"{key_id}*"))
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(keys.KeysUnusable, match="damaged"):
        PrivateKeys().read(key_id)


def test_a_file_in_the_way_is_told_not_hidden(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(keys.KeysUnusable, match="LIANXIN_KEYS"):
        keys.ensure()


def test_with_a_vault_process_nobody_else_has_the_private_keys(
    own_keys: Path, settings: Settings
) -> None:
    settings.VAULT_SOCKET = "/nonexistent/vault"
    with pytest.raises(keys.KeysUnusable, match="vault process"):
        PrivateKeys()
    assert keys.ensure() == []


def test_a_report_is_sealed_though_the_vault_process_is_away(
    own_keys: Path, settings: Settings
) -> None:
    settings.VAULT_SOCKET = "/nonexistent/vault"
    far = keys.months_on(clock.today(), settings.CONTACT_MONTHS + keys.AHEAD)
    key_id, _key, last = keys.sealing_key(far)
    assert last == keys.months_on(far, -1) and next(own_keys.glob(f"{key_id}*.key"))


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)), st.integers(-100, 400))
def test_months_are_counted_to_their_last_day(day: date, months: int) -> None:
    last = keys.months_on(day, months)
    assert (last.year - day.year) * 12 + last.month - day.month == months
    assert date.fromordinal(last.toordinal() + 1).day == 1
