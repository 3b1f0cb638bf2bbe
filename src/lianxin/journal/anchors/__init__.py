"""Anchors: places out of reach of whoever can write the database, where checkpoints are kept.

Each takes a checkpoint's line and answers with what proves that it is kept there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from lianxin.journal.anchors import file, timestamp, webhook


@dataclass(frozen=True)
class Anchor:
    """One place: its name in the tables, where it is, and how a line gets there.

    `keep` raises OSError or ValueError when the line is not kept. `apart`: least time between two
    checkpoints; of those that wait meanwhile only the newest is sent, for it covers the others.
    """

    name: str
    where: str
    keep: Callable[[str], str]
    apart: timedelta = timedelta(0)


def configured() -> list[Anchor]:
    """The anchors of this installation; the file is always one of them."""
    found = [Anchor("file", str(settings.ANCHOR_FILE), file.keep)]
    if settings.ANCHOR_URL:
        found.append(Anchor("webhook", settings.ANCHOR_URL, webhook.keep))
    if settings.TSA_URL:
        found.append(Anchor("timestamp", settings.TSA_URL, timestamp.keep, timedelta(hours=1)))
    return found
