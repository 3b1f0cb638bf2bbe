"""A vault process beside a test, on the test's own database."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection


@dataclass
class Running:
    """Where it listens, its private keys, and the environment it was started with."""

    process: subprocess.Popen[str]
    socket: Path
    keys: Path
    environment: dict[str, str]


def environment(folder: Path, **extra: str) -> dict[str, str]:
    """Settings of a process that has the private keys and the database of this test."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LIANXIN_", "DJANGO_"))}
    return {
        **kept,
        "LIANXIN_DATA": str(settings.DATA),
        "LIANXIN_DATABASE_URL": database_url(),
        "LIANXIN_KEYS": str(folder / "web"),
        "LIANXIN_VAULT_KEYS": str(folder / "private"),
        "LIANXIN_VAULT_SOCKET": str(folder / "vault.sock"),
        **extra,
    }


def database_url() -> str:
    """The address of the database this test writes to."""
    found: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgresql://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@contextmanager
def vault_process(**extra: str) -> Iterator[Running]:
    """`lianxin vault serve`, ended and gone afterwards. The folder is short: sockets need that."""
    with tempfile.TemporaryDirectory(prefix="lx-") as name:
        folder = Path(name)
        words = environment(folder, **extra)
        process = start(words)
        try:
            yield Running(process, folder / "vault.sock", folder / "private", words)
        finally:
            process.terminate()
            process.wait(10)


def start(words: dict[str, str]) -> subprocess.Popen[str]:
    """Start one and wait until it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lianxin", "vault", "serve"],
        env=words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    assert "listens" in first, first + process.stdout.read()
    return process
