"""One migrated installation for all tests of the command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench import places
from tests.cli.console import lianxin


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a migrated SQLite database; copy it before changing it."""
    data = tmp_path_factory.mktemp("installed")
    shutil.copy(places.tables_of("sqlite"), data / "lianxin.sqlite3")
    done = lianxin(data, "migrate")
    assert done.returncode == 0, done.stderr
    return data
