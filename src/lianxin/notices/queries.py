"""A person's own messages, their work chat, and what became of what residents were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from lianxin.access import Viewer, scope, scoping
from lianxin.notices.models import Carrier, Message, Notice
from lianxin.vault import queries as vault
from lianxin.vault.choices import Way

if TYPE_CHECKING:
    from lianxin.people.models import Unit

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


def carrier_of(viewer: Viewer, unit: Unit | None = None) -> Carrier | None:
    """The robot of a work chat by which a person, or a unit, is told, confirmed or not."""
    if unit is not None:
        return Carrier.objects.filter(unit=unit).first()
    return Carrier.objects.filter(user=viewer.user_id).first() if viewer.user_id else None


class Outcome(models.TextChoices):
    """What became of something that was sent to a resident 送达情况. Never stored."""

    SENT = "sent", pgettext_lazy("what became of a notice", "Went out")
    RETURNED = "returned", pgettext_lazy("what became of a notice", "Came back")
    AGAIN = "again", pgettext_lazy("what became of a notice", "Failed; it is tried again")
    REPEATED = "repeated", pgettext_lazy("what became of a notice", "Failed; it was tried again")
    FAILED = "failed", pgettext_lazy("what became of a notice", "Failed")
    GIVEN_UP = "given_up", pgettext_lazy("what became of a notice", "Given up")


@dataclass(frozen=True)
class Sent:
    """One try to reach a resident: when, by which way, what became of it; no words, no address.

    ``notice``: the product told that there is news; else staff wrote or called. ``why``: the kind
    of failure, of which no address is part. ``again``: when it is tried again.
    """

    at: datetime
    way: Way
    notice: bool
    outcome: Outcome
    why: str
    again: datetime | None = None


def sent_about(subject: str) -> list[Sent]:
    """Everything that was sent to the resident of a subject, the newest first. Two queries."""
    letters = sorted(vault.letters_of(subject).values(), key=lambda row: row.pk, reverse=True)
    waits = Notice.objects.filter(subject=subject, attempts__gt=0)
    again = waits.order_by("due_at").values_list("due_at", flat=True).first()
    found, later = [], False
    for row in letters:
        notice = row.sender is None
        why = "" if row.failure == Outcome.RETURNED else row.failure
        newest = notice and not later
        later = later or notice
        due = None
        if row.sent_at:
            outcome = Outcome.SENT
        elif row.failure == Outcome.RETURNED:
            outcome = Outcome.RETURNED
        elif not notice:
            outcome = Outcome.FAILED
        elif not newest:
            outcome = Outcome.REPEATED
        else:
            outcome, due = (Outcome.AGAIN, again) if again else (Outcome.GIVEN_UP, None)
        found.append(Sent(row.written_at, Way(row.way), notice, outcome, why, due))
    return found
