"""The day's line about boxes that nobody opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import ngettext

from lianxin.intake.channels.box import queries
from lianxin.intake.channels.box.policy import OPENERS
from lianxin.notices.sections import Line, digest_section
from lianxin.people import queries as people


def _text(n: int) -> str:
    return ngettext(
        "%(n)s suggestion box should be opened.", "%(n)s suggestion boxes should be opened.", n
    ) % {"n": n}


_told = lazy(_text, str)


@digest_section("boxes")
def boxes(user_ids: Sequence[int]) -> dict[int, list[Line]]:
    """How many boxes of theirs are overdue, for those who open them."""
    wanted = set(user_ids)
    boxes_of = Counter(row.box.unit.path for row in queries.overdue())
    count = Counter[int | None]()
    for path, overdue in boxes_of.items():
        for viewer in people.viewers_with(path, *OPENERS):
            count[viewer.user_id] += overdue
    link = reverse("boxes")
    return {pk: [Line(_told(n), link)] for pk, n in count.items() if pk in wanted and pk}
