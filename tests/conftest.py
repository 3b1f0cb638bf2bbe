"""The ground every test stands on: which database, and a browser for those that ask for one.

    pytest                          SQLite (a file: live pages and threads need one)
    pytest --engine postgresql      a throw-away server, made and removed by the run
    pytest -m "not browser"         without Chromium

With CI=true a missing PostgreSQL or Chromium is a failure; otherwise one line and a skip.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.postgres import Absent, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.cast import Cast
    from tests.post import Postman
    from tests.screen import Screen

os.environ["DJANGO_SETTINGS_MODULE"] = "lianxin.config.settings"
# Playwright's loop runs in the thread of the test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CI = os.environ.get("CI", "").lower() in ("1", "true")
SHARED = "LIANXIN_TEST_DATABASE"

_clean_up: list[Any] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=["sqlite", "postgresql"], default="sqlite", help="database of the tests"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Settings read the environment once; everything must be in it before."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    folder = Path(tempfile.mkdtemp(prefix="lianxin-tests-"))
    _clean_up.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    for name in [name for name in os.environ if name.startswith("LIANXIN_") and name != SHARED]:
        del os.environ[name]
    os.environ["LIANXIN_DATA"] = str(folder)
    (folder / "static").mkdir()
    if config.getoption("--engine") == "postgresql":
        os.environ["LIANXIN_DATABASE_URL"] = os.environ.get(SHARED) or _start_server()
    _adjust_settings(folder)
    import django

    django.setup()
    # Half a million objects stay for good: they need not be looked through again and again.
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    from lianxin.intake import receipts

    receipts.ROUNDS, receipts.MEMORY = 1, 8


def _start_server() -> str:
    """One server for the run: the processes of xdist inherit its address."""
    try:
        server = Server()
    except Absent as absent:
        if CI:
            raise pytest.UsageError(str(absent)) from absent
        pytest.exit(str(absent), returncode=0)
    _clean_up.append(server.stop)
    url = server.start()
    os.environ[SHARED] = url
    _clean_up.append(lambda: os.environ.pop(SHARED, None))
    return url


def _adjust_settings(folder: Path) -> None:
    from django.conf import settings

    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def pytest_unconfigure(config: pytest.Config) -> None:
    while _clean_up:
        _clean_up.pop()()


@pytest.fixture(scope="session", autouse=True)
def _keys(django_db_blocker: Any) -> None:
    """The vault's keys and the journal's, once for the run."""
    from lianxin.journal import signing
    from lianxin.vault import keys

    keys.ensure()
    signing.ensure()


@pytest.fixture(autouse=True)
def _own_checkpoints(tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> None:
    """Each test's journal begins anew; what another wrote down about its own is not about this."""
    from django.conf import settings

    file = tmp_path_factory.mktemp("journal") / "checkpoints"
    monkeypatch.setattr(settings, "ANCHOR_FILE", file)


@pytest.fixture(autouse=True)
def _as_a_process_begins(monkeypatch: Any) -> None:
    """What other tests filed in this minute is no flood, their town and language are forgotten."""
    from django.core.cache import caches
    from django.utils import translation

    from lianxin.intake import flood

    translation.deactivate()
    caches["local"].clear()
    monkeypatch.setattr(flood, "meter", flood.Meter())


@pytest.fixture(scope="session", autouse=True)
def _journal_can_be_emptied() -> Iterator[None]:
    """Tests with real commits clean up by emptying tables; triggers of the append-only refuse."""
    from django.db import connection
    from django.test import TransactionTestCase

    from lianxin.journal import guards as journal
    from lianxin.rights import guards as rights

    empty_tables = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(case: TransactionTestCase) -> None:
        for guards in (journal, rights):
            guards.remove(connection)
        try:
            empty_tables(case)
        finally:
            for guards in (journal, rights):
                guards.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """A county town with one person for every role; see `tests/cast.py`."""
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def post(settings: Any) -> Iterator[Postman]:
    """A real mail server; see `tests/post.py`."""
    from tests.post import delivering

    with delivering(settings) as postman:
        yield postman


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the run."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if program is None:
        absent = "Chromium is not installed (apt install chromium): browser tests are skipped."
        if CI:
            pytest.fail(absent)
        pytest.skip(absent)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def screen(chromium: Browser, live_server: Any, transactional_db: None) -> Iterator[Screen]:
    """Opens pages of the live product: `screen.phone()` and `screen.desk(user)`."""
    from tests.screen import Screen

    opened = Screen(chromium, live_server.url)
    try:
        yield opened
        opened.complaints_are_none()
    finally:
        opened.close()
