"""The day's line about callers who wait to be called back."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import ngettext

from lianxin.intake.channels.call import queries
from lianxin.intake.channels.call.policy import CLERKS
from lianxin.notices.sections import Line, digest_section
from lianxin.people import queries as people


def _text(n: int) -> str:
    return ngettext(
        "%(n)s caller waits to be called back.", "%(n)s callers wait to be called back.", n
    ) % {"n": n}


_told = lazy(_text, str)


@digest_section("calls")
def calls(user_ids: Sequence[int]) -> dict[int, list[Line]]:
    """How many callers wait, for those who answer calls."""
    waiting = queries.missed().count()
    desk = people.unit(people.desks().get(None, 0))
    if not waiting or desk is None:
        return {}
    link = reverse("hotline")
    ids = {viewer.user_id for viewer in people.viewers_with(desk.path, *CLERKS)}
    return {pk: [Line(_told(waiting), link)] for pk in user_ids if pk in ids}
