"""Known-bad settings: SQLite leaves the bytes of what was deleted where they were."""

from __future__ import annotations

from lianxin.config.settings import *  # noqa: F403
from lianxin.config.settings import DATABASES

DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA secure_delete=0;"  # type: ignore[index]
