"""The product's settings, but a request waits one second for SQLite's lock instead of twenty."""

from __future__ import annotations

from lianxin.config import settings
from lianxin.config.settings import *  # noqa: F403

options = settings.DATABASES["default"]["OPTIONS"]
assert isinstance(options, dict)
options["timeout"] = 1
