"""Self-checks of the journal: its key, its witnesses outside, and what the database would allow."""

from __future__ import annotations

import stat
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection

from lianxin.config import app_role
from lianxin.journal import alarm, signing
from lianxin.journal.anchors import sending


def witnesses() -> list[CheckMessage]:
    """The journal is believed whole, signed with a closed key, and kept where it is not written."""
    found: list[CheckMessage] = []
    if standing := alarm.standing():
        found.append(
            Error(
                "The journal is not as it was written; staff can only read: "
                + "; ".join(map(str, standing.faults[:3])),
                hint="lianxin journal verify",
                id="config.E023",
            )
        )
    found += _key()
    for state in sending.states():
        if state.troubled:
            given_up = f"{state.dead:,} given up, " if state.dead else ""
            found.append(
                Error(
                    f"Checkpoints are not kept by {state.name} ({state.where}): {given_up}"
                    f"{state.waiting:,} waiting. {state.last_error}".strip(),
                    hint="lianxin journal anchors --retry, when the other side works again.",
                    id="config.E022",
                )
            )
    if not settings.ANCHOR_URL and not settings.TSA_URL and _is_beside(settings.ANCHOR_FILE):
        found.append(
            Warning(
                "Checkpoints of the journal are kept only beside the data: whoever has this "
                "machine can write another history.",
                hint="Set LIANXIN_ANCHOR_FILE, LIANXIN_ANCHOR_URL or LIANXIN_TSA_URL "
                "(docs/journal.md).",
                id="config.W020",
            )
        )
    return found


def _key() -> list[CheckMessage]:
    path = Path(settings.KEYS) / signing.PRIVATE
    try:
        signing.private_key()
        signing.public_keys()
    except signing.SigningKeyUnusable as error:
        return [Error(str(error), id="config.E021")]
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [Error(f"{path} can be read by others.", hint=f"chmod 400 {path}", id="config.E021")]
    return []


def _is_beside(path: Path) -> bool:
    return path.is_relative_to(settings.DATA)


def least_privilege() -> list[CheckMessage]:
    """On PostgreSQL the product should not be able to change the journal even if it wanted to."""
    if connection.vendor != "postgresql" or not app_role.may_change_the_journal():
        return []
    return [
        Warning(
            "The product speaks to the database as the owner of its tables: whoever takes over a "
            "page could take the journal's triggers off.",
            hint="Run `lianxin database role NAME` and use that role in LIANXIN_DATABASE_URL.",
            id="config.W021",
        )
    ]
