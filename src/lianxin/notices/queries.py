"""A person's own messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from lianxin.access import Viewer, scope, scoping
from lianxin.notices.models import Carrier, Message

PAGE = 50


@scoping("notices.Message")
def own_messages(viewer: Viewer, rows: QuerySet[Message]) -> QuerySet[Message]:
    """Nobody reads another person's messages."""
    return rows.filter(recipient=viewer.user_id) if viewer.signed_in else rows.none()


Position = tuple[datetime, int]
"""Where a page of messages ends: a moment, and how many of that very moment were shown.

Not the id of a message: ids run through everybody's, and gaps between them tell of others'.
"""


def inbox(viewer: Viewer, *, before: Position | None = None, size: int = PAGE) -> list[Message]:
    """The newest messages first; `before`: where the last page ended."""
    rows = scope(viewer, Message).order_by("-created", "-pk")
    skip = 0
    if before is not None:
        moment, skip = before
        rows = rows.filter(created__lte=moment)
    return list(rows[skip : skip + min(size, PAGE)])


def news(viewer: Viewer, after: datetime | None) -> tuple[datetime | None, int]:
    """When the newest message came, and how many came after a moment, counted up to a page."""
    rows = scope(viewer, Message).order_by("-created")
    newest: datetime | None = rows.values_list("created", flat=True).first()
    if newest is None or after is None or newest <= after:
        return newest, 0
    return newest, rows.filter(created__gt=after)[:PAGE].count()


def position_after(shown: Sequence[Message], before: Position | None = None) -> Position:
    """Where a page that shows these messages ends."""
    moment = shown[-1].created
    same = sum(message.created == moment for message in shown)
    return moment, same + (before[1] if before and before[0] == moment else 0)


def carrier_of(viewer: Viewer) -> Carrier | None:
    """The robot of a work chat by which a person wishes to be told, confirmed or not."""
    return Carrier.objects.filter(user=viewer.user_id).first() if viewer.user_id else None
