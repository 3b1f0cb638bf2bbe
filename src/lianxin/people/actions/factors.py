"""Second steps that come and go, and signing somebody out everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lianxin.access import Viewer, require
from lianxin.journal.actions import record
from lianxin.kernel import words
from lianxin.kernel.problems import Problem
from lianxin.people import events, policy, queries
from lianxin.people.models import User

SHORTEST_REASON, LONGEST_REASON = 4, 200


def end_sessions(user_ids: Iterable[int]) -> None:
    """End every session of these people at once. Part of the caller's transaction."""
    User.objects.filter(pk__in=set(user_ids)).update(session_round=F("session_round") + 1)


@transaction.atomic
def note_second_factor(*, user: User, kind: str, change: str) -> None:
    """A person set up, took away or renewed a second step of their own: their other sessions end.

    The session that did it stays when its page gives it the new hash.
    """
    end_sessions([user.pk])
    user.refresh_from_db(fields=["session_round"])
    event = events.SecondFactorChanged(kind=kind, change=change)
    record(event, subject=f"user:{user.pk}", by=f"user:{user.pk}")


@transaction.atomic
def sign_out_elsewhere(*, user: User) -> None:
    """End every session of one's own; the page keeps its own one."""
    end_sessions([user.pk])
    user.refresh_from_db(fields=["session_round"])
    record(events.SessionsEnded(), subject=f"user:{user.pk}", by=f"user:{user.pk}")


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: Viewer) -> User:
    """Somebody lost telephone and recovery codes: the next sign-in sets up a new second step.

    Never for oneself, and always with a reason. The person is told; their sessions end.
    """
    require(policy.may_reset_second_factor(by, user.pk, queries.paths_of_user(user.pk)))
    reason = words.clean(reason)
    if len(reason) < SHORTEST_REASON:
        raise Problem(_("Please say in a few words why."), "reason")
    if len(reason) > LONGEST_REASON:
        raise Problem(
            _("Please keep to %(length)d characters.") % {"length": LONGEST_REASON}, "reason"
        )
    user = User.objects.select_for_update().get(pk=user.pk)
    held = Authenticator.objects.filter(user_id=user.pk)
    count = held.exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    held.delete()
    end_sessions([user.pk])
    record(
        events.SecondFactorReset(reason=reason, removed=count),
        subject=f"user:{user.pk}",
        by=by.actor,
    )
    return user
