"""Known-bad settings: PostgreSQL answers before a commit is on disk, and nobody objects."""

from __future__ import annotations

from lianxin.cli import serve
from lianxin.config import environment

environment.POSTGRESQL = environment.POSTGRESQL.replace(
    "synchronous_commit=on", "synchronous_commit=off"
)
serve.prepare = lambda: None

from lianxin.config.settings import *  # noqa: E402, F403
