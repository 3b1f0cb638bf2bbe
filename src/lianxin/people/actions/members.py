"""Giving people roles at units, and ending them."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.access import Viewer, require
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import events, policy, queries
from lianxin.people.actions.factors import end_sessions
from lianxin.people.models import Membership, Unit, User
from lianxin.people.roles import THREE_ADMINS, Role
from lianxin.people.wording import Reading


@transaction.atomic
def add_member(
    *,
    user: User,
    unit: Unit,
    role: str,
    since: date | None = None,
    until: date | None = None,
    by: Viewer,
) -> Membership:
    """Give somebody a role at a unit, from ``since`` (default: today) to before ``until``.

    Problem when they already hold it in that time, when unit or person are closed, or when they
    would hold two of the three administrators' roles (三员分立). The person's sessions end.
    """
    require(policy.may_give_role(by, unit.path, user.pk))
    since = since or clock.today()
    reading = Reading()
    chosen = reading.choice("role", role, Role)
    reading.dates(since, until)
    if not unit.active:
        reading.wrong("unit", _("This unit is closed."))
    if not user.is_active:
        reading.wrong("user", _("This person may no longer sign in."))
    reading.done()
    assert chosen is not None
    # One person at a time: two requests must not both see no conflict.
    User.objects.select_for_update().get(pk=user.pk)
    same_time = Q(until=None) | Q(until__gt=since)
    if until is not None:
        same_time &= Q(since__lt=until)
    held = Membership.objects.filter(same_time, user=user)
    if held.filter(unit=unit, role=chosen).exists():
        raise Problem(_("This person already holds this role here."), "role")
    if chosen in THREE_ADMINS and held.filter(role__in=THREE_ADMINS - {chosen}).exists():
        raise Problem(
            _("Nobody is two of system administrator, security administrator and auditor."), "role"
        )
    member = Membership(user=user, unit=unit, role=chosen, since=since, until=until)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as error:
        raise Problem(_("This person already holds this role here."), "role") from error
    end_sessions([user.pk])
    event = events.MemberAdded(
        unit.pk, chosen.value, since.isoformat(), until.isoformat() if until else None
    )
    record(event, subject=f"user:{user.pk}", by=by.actor)
    return member


@transaction.atomic
def end_membership(*, membership: Membership, until: date | None = None, by: Viewer) -> Membership:
    """End a role; ``until`` is the first day without it (default: today, at once).

    The person's sessions end, so that no page they have open is of the old role.
    """
    unit = membership.unit
    require(policy.may_change_roles(by, unit.path))
    until = until or clock.today()
    row = Membership.objects.select_for_update().get(pk=membership.pk)
    if row.until is not None and row.until <= clock.today():
        return row
    reading = Reading()
    # A role that was to begin later and never will is kept as one of no length.
    until = max(until, row.since)
    reading.dates(row.since, until)
    reading.done()
    kept = row.role in (Role.SYS_ADMIN, Role.SEC_ADMIN) and unit.parent_id is None
    if kept and not by.is_system and not queries.admins_left(row.user_id, row.role):
        raise Problem(
            _("Somebody else must be %(role)s here first.") % {"role": Role(row.role).label}
        )
    row.until = until
    row.save(update_fields=["until"])
    end_sessions([row.user_id])
    event = events.MembershipEnded(row.unit_id, row.role, until.isoformat())
    record(event, subject=f"user:{row.user_id}", by=by.actor)
    return row
