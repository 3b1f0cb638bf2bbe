"""Known-bad builds that let somebody tell the two worlds apart, each by one door left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

from django.db.models import Q

if TYPE_CHECKING:
    from lianxin.intake.models import Box


def no_exclusion() -> AbstractContextManager[object]:
    """Deny does not override."""
    nobody = mock.Mock(return_value=Q(pk__in=()))
    return mock.patch("lianxin.cases.policy.keeps_away", nobody)


def unscoped_count() -> AbstractContextManager[object]:
    """A figure for everybody that counts every case."""
    return mock.patch("lianxin.cases.queries.reading.PUBLIC", Q())


def numbered_rows() -> AbstractContextManager[object]:
    """Ids that run through all cases stand on a page."""
    from lianxin.pages.views.desk import frame

    title_of = frame.title_of
    return mock.patch.object(frame, "title_of", lambda case: f"{title_of(case)} #{case.pk}")


def messages_stay() -> AbstractContextManager[object]:
    """What they had been told is not called back."""
    return mock.patch("lianxin.notices.actions.call_back", mock.Mock())


def counted_boxes() -> AbstractContextManager[object]:
    """The list of boxes counts all that came, not the letters that wait."""
    from lianxin.intake.channels.box import queries

    seen = queries.seen

    def counting(boxes: Iterable[Box]) -> list[queries.Seen]:
        return [replace(row, waiting=row.box.deposits.count()) for row in seen(boxes)]

    return mock.patch.object(queries, "seen", counting)


TWINS: dict[str, tuple[Callable[[], AbstractContextManager[object]], int]] = {
    "no_exclusion": (no_exclusion, 4),
    "unscoped_count": (unscoped_count, 1),
    "numbered_rows": (numbered_rows, 7),
    "messages_stay": (messages_stay, 33),
    "counted_boxes": (counted_boxes, 12),
}
"""Each with the first scenario that shows it; the long form looks through all of them."""
