"""Known-bad builds of the product: what a fleet of devices has to find."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lianxin.intake.models import Concern, DeviceEntry
from lianxin.intake.offline import actions, queries
from lianxin.kernel import clock


def keys_that_expire(patch: pytest.MonkeyPatch) -> None:
    """After a day a key is forgotten."""

    def forgetting(known: Callable[[str], Any]) -> Callable[[str], Any]:
        def within_a_day(key: str) -> Any:
            row = known(key)
            concern = getattr(row, "concern", row)
            if row is None or clock.now() - concern.filed_at < timedelta(days=1):
                return row
            Concern.objects.filter(pk=concern.pk).update(key=uuid.uuid4().hex)
            DeviceEntry.objects.filter(concern=concern).delete()
            return None

        return within_a_day

    for name in ("entry_of", "concern_of_key"):
        patch.setattr(queries, name, forgetting(getattr(queries, name)))


def any_content(patch: pytest.MonkeyPatch) -> None:
    """Other content under a used key is answered as if it had been filed."""
    patch.setattr(actions.Kept, "digest", lambda kept: "0" * 64)


def without_waiting(patch: pytest.MonkeyPatch) -> None:
    """An entry is filed with the files that happen to be there."""

    def hasty(kept: actions.Kept, key: str) -> tuple[uuid.UUID, ...]:
        here = queries.parts_of(key)
        return tuple(here[digest] for digest in kept.parts if digest in here)

    patch.setattr(actions, "_attached", hasty)
    patch.setattr(actions.Kept, "files", property(lambda kept: 0))
    patch.setattr(queries, "files_of", lambda concern: 0)


TWINS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "keys that expire after a day": (keys_that_expire, "doubled"),
    "other content gets the old receipt": (any_content, "overwritten"),
    "filed before its files are there": (without_waiting, "lost"),
}
"""Each with what a fleet counts of it."""
