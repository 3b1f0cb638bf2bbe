"""The command run as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def surroundings(data: Path, **extra: str) -> dict[str, str]:
    """An environment that knows nothing of the test run; SQLite in `data` unless told otherwise."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LIANXIN_", "DJANGO_"))}
    return {**kept, "LIANXIN_DATA": str(data), **extra}


def lianxin(data: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [sys.executable, "-m", "lianxin", *words],
        env=surroundings(data, **extra),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
