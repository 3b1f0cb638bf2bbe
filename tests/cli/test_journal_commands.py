"""The journal's commands as an administrator meets them, with another unit as a real process."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bench import places
from tests.cli.console import lianxin, surroundings


@pytest.fixture
def data(installed: Path, tmp_path: Path) -> Path:
    """A migrated installation of one's own; what it brings along stands in its journal."""
    return Path(shutil.copytree(installed, tmp_path / "data"))


def one_round(data: Path, **extra: str) -> None:
    """What the worker does every twenty seconds."""
    code = (
        "import django; django.setup();"
        "from lianxin.journal import tasks; tasks.write_checkpoint(); tasks.anchor()"
    )
    environment = surroundings(data, DJANGO_SETTINGS_MODULE="lianxin.config.settings", **extra)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)


def test_checkpoints_travel_to_another_unit_and_come_back_as_evidence(
    data: Path, tmp_path: Path
) -> None:
    key, kept, port = tmp_path / "key.pem", tmp_path / "kept", places.free_port()
    key.write_text(lianxin(data, "journal", "key").stdout)
    words = ["journal", "receive", "--file", str(kept), "--key", str(key), "--port", str(port)]
    other = subprocess.Popen(
        [sys.executable, "-m", "lianxin", *words],
        env=surroundings(tmp_path / "elsewhere"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout and "Keeping checkpoints" in other.stdout.readline()
        url = f"http://127.0.0.1:{port}/"
        wait_for(url)
        one_round(data, LIANXIN_ANCHOR_URL=url)
        shown = lianxin(data, "journal", "anchors", LIANXIN_ANCHOR_URL=url)
        assert shown.returncode == 0 and shown.stdout.count("1 kept") == 2
    finally:
        other.terminate()
        other.wait(10)
    whole = lianxin(data, "journal", "verify", "--anchors", str(kept))
    assert whole.returncode == 0, whole.stdout
    assert "From outside" in whole.stdout and "1 checkpoints, the newest at entry" in whole.stdout
    # Somebody with this whole machine: the tail, every checkpoint and the anchor file are gone.
    (data / "journal.checkpoints").unlink()
    with sqlite3.connect(data / "lianxin.sqlite3") as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in (
            "DELETE FROM journal_delivery", "DELETE FROM journal_anchoring",
            "DELETE FROM journal_checkpoint",
            "DELETE FROM journal_entry WHERE seq = (SELECT max(seq) FROM journal_entry)",
        ):  # fmt: skip
            database.execute(statement)
    here = lianxin(data, "journal", "verify")
    assert here.returncode == 0, "nothing on this machine tells"
    outside = lianxin(data, "journal", "verify", "--anchors", str(kept))
    assert outside.returncode == 1 and "cut off the end" in outside.stdout


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, data=b"x", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("it does not answer")


def test_serve_looks_at_the_newest_checkpoint_and_serves_all_the_same(data: Path) -> None:
    one_round(data)
    line = (data / "journal.checkpoints").read_text().split(" ", 1)[1]
    seq = json.loads(line)["seq"]
    with sqlite3.connect(data / "lianxin.sqlite3") as database:
        database.execute("DROP TRIGGER journal_entry_no_update")
        database.execute("UPDATE journal_entry SET hash = 'x' WHERE seq = ?", [seq])
    code = "import django; django.setup(); from lianxin.cli import serve; serve.prepare()"
    environment = surroundings(data, DJANGO_SETTINGS_MODULE="lianxin.config.settings")
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "The journal is not as it was written: staff can only read" in done.stderr
    checked = lianxin(data, "check")
    assert checked.returncode == 1 and "The journal is not as it was written" in checked.stdout
    lifted = lianxin(data, "journal", "lift", "the disk was damaged and has been replaced")
    assert lifted.returncode == 0
    verified = lianxin(data, "journal", "verify")
    assert verified.returncode == 1, "a finding stays a finding"
    assert "lifted by operator" in verified.stdout and "has been replaced" in verified.stdout


@pytest.mark.parametrize(
    ("words", "extra", "code", "expected"),
    [
        (["journal", "lift", "it is all right again"], {}, 1, "没有需要解除的警报"),
        (["journal", "verify", "--anchors", "/nowhere"], {}, 2, "does not exist"),
        (["journal", "receive", "--file", "x", "--key", "/etc/passwd"], {}, 2, "no public key"),
        (["database", "role", "app"], {}, 1, "SQLite has no roles"),
        (["journal", "anchors"], {"LIANXIN_ANCHOR_URL": "ftp://a/b"}, 2, "no address like"),
        (["journal", "anchors"], {"LIANXIN_ANCHOR_URL": "https://u:p@a/"}, 2, "no address like"),
        (["journal", "anchors"], {"LIANXIN_ANCHOR_FILE": "/no/where/x"}, 2, "there is no folder"),
        (["journal", "anchors"], {"LIANXIN_TSA_URL": "http://a/"}, 2, "LIANXIN_TSA_ROOTS must"),
        (
            ["journal", "anchors"],
            {"LIANXIN_TSA_URL": "http://a/", "LIANXIN_TSA_ROOTS": "/etc/passwd"},
            2,
            "no file of certificates",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    installed: Path, words: list[str], extra: dict[str, str], code: int, expected: str
) -> None:
    done = lianxin(installed, *words, **extra)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert expected in done.stderr


def test_check_says_when_nobody_outside_could_tell(installed: Path) -> None:
    done = lianxin(installed, "check")
    assert done.returncode == 0
    assert "kept only beside the data" in done.stdout
