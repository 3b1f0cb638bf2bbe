"""What a person is told of a matter that was handed over to an outside body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lianxin.ui import moments

if TYPE_CHECKING:
    from lianxin.cases.models import Handover


def handed_over(row: Handover, *, theirs: bool = True) -> str:
    """To whom and when; to whom it was taken from also under which number, what, and if by name."""
    body = row.body
    where = "，".join(filter(None, (body.label, body.phone, body.address)))
    reference = row.reference if theirs else ""
    number = _("Number: %(number)s.") % {"number": reference} if reference else ""
    lines = [
        _("On %(day)s, %(way)s, to: %(where)s. %(number)s")
        % {
            "day": moments.day(row.sent_on), "way": row.get_way_display(), "where": where,
            "number": number,
        },
        _("Sent: %(what)s") % {"what": row.sent},
        _("With your name and number, as you agreed.")
        if row.agreed
        else _("Without your name and number."),
    ]  # fmt: skip
    return "\n".join(line.strip() for line in (lines if theirs else lines[:1]))


def what_next(row: Handover) -> str:
    """Under which number they have it; else until when to wait, and what to do then."""
    if row.received_on:
        return _("They have it since %(day)s under the number %(number)s.") % {
            "day": moments.day(row.received_on), "number": row.receipt,
        }  # fmt: skip
    return _(
        "We await their receipt by %(day)s and tell you its number here. If you hear nothing by "
        "then, write to us here: we ask them. You can also ask them yourself."
    ) % {"day": moments.day(row.due_on)}
