"""Known-bad settings: SQLite as BAD_PRAGMAS says, e.g. `wal,1`, and nobody who objects."""

from __future__ import annotations

import os

from lianxin.config import sqlite

GOOD = sqlite.expected_pragmas
MODE, SYNCHRONOUS = os.environ["BAD_PRAGMAS"].split(",")
sqlite.expected_pragmas = lambda: GOOD() | {"journal_mode": MODE, "synchronous": int(SYNCHRONOUS)}

from lianxin.config.settings import *  # noqa: E402, F403
