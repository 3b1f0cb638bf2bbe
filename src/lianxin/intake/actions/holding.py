"""Let through what was held back in a flood. Nothing is ever thrown away."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from lianxin.access import Viewer
from lianxin.intake import events, queries
from lianxin.intake.models import Hold
from lianxin.journal.actions import record_many
from lianxin.kernel import clock


def release(hold_ids: Iterable[int], *, by: Viewer) -> int:
    """Let them through; how many were still held. The caller has asked its policy."""
    with transaction.atomic():
        rows = queries.held_back().filter(pk__in=list(hold_ids)).select_for_update()
        found = dict(rows.values_list("pk", "concern_id"))
        Hold.objects.filter(pk__in=found).update(released_at=clock.now(), released_by_id=by.user_id)
        record_many(
            [(events.Released(), f"concern:{pk}", by.actor) for pk in sorted(found.values())]
        )
    return len(found)
