from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from lianxin.vault import keys
from tests.vault.pretend import Pretend


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Pretend:
    return Pretend(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A key folder of its own, not made yet."""
    settings.KEYS = settings.VAULT_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def own_keys(folder: Path) -> Path:
    """A key folder of its own with keys in it."""
    keys.ensure()
    return folder
