"""Who is told that somebody asks for, or opens, the identity of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from lianxin.cases import queries
from lianxin.cases.identity import deciders, viewer_of
from lianxin.cases.notify import sentence
from lianxin.intake import queries as intake
from lianxin.kernel.ids import format_number
from lianxin.notices.actions import tell
from lianxin.notices.telling import tells
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.vault import events
from lianxin.vault import queries as vault
from lianxin.vault.matters import user_of

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.journal.models import Entry

MANY = 10
"""Openings shown to one person in a day that the security administrator hears of."""
SUPERIORS = 2
ASKED = {
    (False, False): _("Somebody asks to see a contact, and asks you as the second person."),
    (False, True): _("Emergency: a contact was opened. Please look at it within a day."),
    (True, False): _(
        "Somebody asks to open the original of a file, and asks you as the second person."
    ),
    (True, True): _(
        "Emergency: the original of a file was opened. Please look at it within a day."
    ),
}
"""By whether it is about a file, and whether it is an emergency."""
ANSWERED = {
    False: gettext_noop("Your request to see the contact of case %(number)s was answered."),
    True: gettext_noop(
        "Your request to open the original of a file in case %(number)s was answered."
    ),
}


def _many(text: str, name: str, n: int) -> str:
    return gettext(text) % {"name": name, "n": n}


many = lazy(_many, str)


@tells(events.Asked, name="cases.tell_identity_asked")
def tell_asked(entries: list[Entry]) -> None:
    """Those who may be the second person; of an emergency the two nearest, at once.

    No case is named: whoever is kept away from it later has nothing to remember.
    """
    for entry in entries:
        event, asker = entry.event_object(), user_of(entry.actor)
        case = _case(entry)
        if case is None or asker is None or not isinstance(event, events.Asked):
            continue
        seconds = deciders(case, viewer_of(asker))
        tell(
            seconds[:SUPERIORS] if event.emergency else seconds,
            "identity",
            ASKED[_of_file(entry), event.emergency],
            link=reverse("identity_requests"),
            urgent=event.emergency,
        )


@tells(events.Decided, name="cases.tell_identity_decided")
def tell_decided(entries: list[Entry]) -> None:
    """Whoever asked."""
    for entry in entries:
        event, case = entry.event_object(), _case(entry)
        request = vault.request(event.request) if isinstance(event, events.Decided) else None
        if case is not None and request is not None:
            text = ANSWERED[_of_file(entry)]
            number = case.concern.number
            # The link by which a message is called back from somebody who is kept away later.
            link = reverse("case", args=[number])
            tell([request.requester], "identity", sentence(text, format_number(number)), link=link)


@tells(events.Revealed, name="cases.tell_many_openings")
def tell_many(entries: list[Entry]) -> None:
    """The security administrators, of whoever opens a tenth contact in a day. No case is named."""
    for entry in entries:
        actor = user_of(entry.actor)
        if actor is None or vault.shown_before(entry.actor, entry.seq, entry.at) + 1 != MANY:
            continue
        who = viewer_of(actor)
        admins = {
            viewer.user_id
            for grant in who.grants
            for viewer in people.viewers_with(grant.path, Role.SEC_ADMIN)
            if viewer.user_id is not None
        }
        text = gettext_noop("%(name)s has opened %(n)d contacts today. Is that right?")
        tell(sorted(admins), "identity", many(text, who.name, MANY), urgent=True)


def _of_file(entry: Entry) -> bool:
    return entry.subject.startswith("file:")


def _case(entry: Entry) -> Case | None:
    kind, _colon, pk = entry.subject.partition(":")
    if kind == "file":
        return queries.case_of_file(intake.attachment_by_id(int(pk)))
    return queries.case_by_id(int(pk)) if kind == "case" else None
