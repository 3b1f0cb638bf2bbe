"""How long a sign-in lasts: until nothing was clicked for a while, and never past half a day.

Both moments lie in the session itself, so they end it whatever the browser does with its cookie.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from lianxin.access import Proof
from lianxin.kernel import clock
from lianxin.people.models import User

SINCE, SEEN = "sitting_since", "sitting_seen"
LONGEST = timedelta(hours=12)
EXACT = timedelta(minutes=1)
"""A click is noted when the last noted one is older than this: not every page writes."""


def begin(session: SessionBase) -> None:
    """Somebody has signed in."""
    session[SINCE] = session[SEEN] = int(clock.now().timestamp())


def is_over(session: SessionBase) -> bool:
    """Whether this sign-in has lasted too long, or nothing was clicked for too long."""
    since, seen = session.get(SINCE), session.get(SEEN)
    if not isinstance(since, int) or not isinstance(seen, int):
        return True
    now = clock.now().timestamp()
    idle = timedelta(minutes=settings.LIANXIN_IDLE_MINUTES)
    return now - since >= LONGEST.total_seconds() or now - seen >= idle.total_seconds()


def note(session: SessionBase) -> None:
    """Somebody clicked."""
    now = int(clock.now().timestamp())
    if now - session[SEEN] >= EXACT.total_seconds():
        session[SEEN] = now


def proof_of(request: HttpRequest) -> Proof:
    """By which steps the person at this browser signed in, and when the last one was taken."""
    user = request.user
    if not isinstance(user, User):
        return Proof()
    records = get_authentication_records(request, user)
    second = [record for record in records if record.get("method") == "mfa"]
    complete = bool(second) or not settings.LIANXIN_SECOND_FACTOR
    steps = second or ([] if settings.LIANXIN_SECOND_FACTOR else records)
    at = datetime.fromtimestamp(steps[-1]["at"], UTC) if steps else None
    return Proof(complete and not user.must_change_password, at)


def typed_password_at(request: HttpRequest) -> datetime | None:
    """When the person at this browser last took any step, be it only the password."""
    records = get_authentication_records(request, request.user)
    return datetime.fromtimestamp(records[-1]["at"], UTC) if records else None
