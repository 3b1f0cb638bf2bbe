"""Good settings for a machine that has only the SQLite of Debian 12: DELETE and EXTRA."""

from __future__ import annotations

from lianxin.config import sqlite

sqlite.library_version = lambda: (3, 40, 1)

from lianxin.config.settings import *  # noqa: E402, F403
