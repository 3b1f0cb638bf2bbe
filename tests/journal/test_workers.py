"""Several worker processes on one database, one of them killed: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[2]
COUNT = 300


@pytest.fixture
def url(tmp_path: Path, transactional_db: None) -> str:
    """An empty database that other processes can open, on the engine of this run."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{tmp_path / 'workers.sqlite3'}"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS workers WITH (FORCE)")
        cursor.execute("CREATE DATABASE workers")
    own = connection.settings_dict
    return f"postgresql://{own['USER']}@{own['HOST']}:{own['PORT']}/workers"


def test_three_workers_one_killed_do_everything_once(url: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "LIANXIN_DATABASE_URL": url,
        "LIANXIN_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "PYTHONPATH": str(ROOT),
    }

    def start(*task: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.journal.worker", *task],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    assert start("prepare", str(COUNT)).wait(60) == 0
    assert start("die").wait(60) == -signal.SIGKILL
    assert [worker.wait(90) for worker in [start("drain"), start("drain")]] == [0, 0]
    told = json.loads(start("report").communicate(timeout=60)[0])
    assert told == {"done": list(range(1, COUNT + 1)), "waiting": 0, "faults": []}
