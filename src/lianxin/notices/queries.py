"""A person's own messages."""

from __future__ import annotations

from django.db.models import QuerySet

from lianxin.access import Viewer, scope, scoping
from lianxin.notices.models import Message

PAGE = 50


@scoping("notices.Message")
def own_messages(viewer: Viewer, rows: QuerySet[Message]) -> QuerySet[Message]:
    """Nobody reads another person's messages."""
    return rows.filter(recipient=viewer.user_id) if viewer.signed_in else rows.none()


def inbox(viewer: Viewer, *, before: int | None = None, size: int = PAGE) -> list[Message]:
    """The newest messages first; `before`: the id of the last one seen, for the next page."""
    rows = scope(viewer, Message)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: min(size, PAGE)])
