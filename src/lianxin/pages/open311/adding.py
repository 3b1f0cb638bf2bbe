"""What is sent to be added to a request (the update extension of mySociety)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lianxin.intake.channels.open311.wire import Fault
from lianxin.kernel import words
from lianxin.kernel.ids import parse_number
from lianxin.pages.open311.asked import read_moment
from lianxin.pages.open311.sent import media_urls

NEEDED = ("service_request_id", "update_id", "updated_datetime", "status")
MOST_ID = 120


@dataclass(frozen=True)
class NewUpdate:
    """What shall be added to which request, under the client's own id."""

    number: str
    update_id: str
    said: str


def new_update(request: HttpRequest) -> NewUpdate:
    """Read an update. Raises Fault.

    Its status stands below the words: what a case is, staff and the resident decide, by acts.
    Names and addresses that come with it are not kept: who the person is was said when it was
    filed.
    """
    post = request.POST
    given = {name: words.clean(post.get(name, "")) for name in NEEDED}
    faults = [
        _("%(name)s was not provided.") % {"name": name} for name in NEEDED if not given[name]
    ]
    if (
        given["updated_datetime"]
        and read_moment(given["updated_datetime"].replace(" ", "+")) is None
    ):
        faults.append(_("%(name)s must be a date and time like 2026-01-31T08:15:30Z.")
                      % {"name": "updated_datetime"})  # fmt: skip
    if len(given["update_id"]) > MOST_ID:
        faults.append(_("%(name)s is longer than %(limit)d characters.")
                      % {"name": "update_id", "limit": MOST_ID})  # fmt: skip
    said = words.clean(post.get("description", ""))
    status = given["status"][:40].upper()
    below = media_urls(post, faults)
    if status and status != "OPEN":
        below.insert(0, _("Status that was sent with it: %(status)s") % {"status": status})
    if not said and not below and not request.FILES:
        faults.append(_("%(name)s was not provided.") % {"name": "description"})
    if faults:
        raise Fault(400, faults)
    said = "\n".join(filter(None, [said, *below])) or _("(only files, without words)")
    number = parse_number(given["service_request_id"]) or ""
    return NewUpdate(number, given["update_id"], said)
