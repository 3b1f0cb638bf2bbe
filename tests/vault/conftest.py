from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path

import pytest
from pytest_django import Settings

from lianxin.vault import keys
from tests.vault.bridge import Bridge
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


@pytest.fixture
def bridge(settings: Settings) -> Iterator[type[Bridge]]:
    Bridge.got, Bridge.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Bridge)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.RELAY_URL = f"http://127.0.0.1:{server.server_port}/x?y=1"
    settings.RELAY_SECRET = "secret"
    yield Bridge
    server.shutdown()
    server.server_close()
