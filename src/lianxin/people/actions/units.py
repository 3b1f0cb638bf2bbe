"""Changing the tree of units."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from lianxin.access import Viewer, require
from lianxin.journal.actions import act, record, record_many
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import events, policy, queries
from lianxin.people.actions.factors import end_sessions
from lianxin.people.models import PATH_LENGTH, Area, Membership, Unit, UnitKind
from lianxin.people.paths import next_path
from lianxin.people.wording import Reading


def _name_taken(field: str) -> Problem:
    return Problem(_("There is already a unit with this name here."), field)


def lock_unit(unit_id: int) -> Unit:
    """The unit as it is now, held still until the transaction ends (PostgreSQL)."""
    return Unit.objects.select_for_update().get(pk=unit_id)


def _read(*, name: str, short_name: str, kind: str, phone: str) -> tuple[str, str, UnitKind, str]:
    reading = Reading()
    name = reading.line("name", name, most=60, required=True)
    short_name = reading.line("short_name", short_name, most=20)
    phone = reading.phone("phone", phone)
    chosen = reading.choice("kind", kind, UnitKind)
    if "/" in name:
        reading.wrong("name", _("A name cannot contain a slash."))
    reading.done()
    assert chosen is not None
    return name, short_name, chosen, phone


def _save(unit: Unit) -> None:
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise _name_taken("name") from error


@transaction.atomic
def create_unit(
    *,
    name: str,
    kind: str,
    parent: Unit | None = None,
    short_name: str = "",
    area: Area | None = None,
    phone: str = "",
    window: bool = False,
    by: Viewer,
) -> Unit:
    """Add a unit below another one, or a root. Problem when the name is taken beside it."""
    require(policy.may_manage_unit(by, parent.path if parent else ""))
    name, short_name, chosen, phone = _read(
        name=name, short_name=short_name, kind=kind, phone=phone
    )
    if parent is not None:
        parent = lock_unit(parent.pk)
        if not parent.active:
            raise Problem(_("The unit above is closed."), "parent")
    unit = Unit(
        name=name, short_name=short_name, kind=chosen, parent=parent, area=area, phone=phone,
        window=window, path=next_path(Unit, parent, PATH_LENGTH),
    )  # fmt: skip
    _save(unit)
    event = events.UnitCreated(name, chosen.value, parent.pk if parent else None, unit.path)
    record(event, subject=f"unit:{unit.pk}", by=by.actor)
    return unit


@transaction.atomic
def ensure_root(*, by: Viewer) -> Unit:
    """The unit at the top. An installation without any gets one, so that nothing said is lost.

    It has no area and can be renamed, or moved below another unit, like any other.
    """
    root = queries.roots().first()
    if root is not None:
        return root
    name = settings.LIANXIN_PLACE or _("Intake centre")
    return create_unit(name=name, kind=UnitKind.CENTRE, by=by)


@transaction.atomic
def change_unit(
    *,
    unit: Unit,
    name: str | None = None,
    short_name: str | None = None,
    kind: str | None = None,
    area: Area | str | None = "same",
    phone: str | None = None,
    window: bool | None = None,
    by: Viewer,
) -> Unit:
    """Rename a unit or change its details; what is left out stays as it is."""
    require(policy.may_manage_unit(by, unit.path))
    unit = lock_unit(unit.pk)
    read = _read(
        name=unit.name if name is None else name,
        short_name=unit.short_name if short_name is None else short_name,
        kind=unit.kind if kind is None else kind,
        phone=unit.phone if phone is None else phone,
    )
    wanted: dict[str, object] = dict(
        zip(("name", "short_name", "kind", "phone"), read, strict=True)
    )
    if window is not None:
        wanted["window"] = window
    if not isinstance(area, str):
        wanted["area_id"] = area.pk if area else None
    changed = [field for field, value in wanted.items() if getattr(unit, field) != value]
    if not changed:
        return unit
    for field in changed:
        setattr(unit, field, wanted[field])
    _save(unit)
    record(events.UnitChanged(unit.name, changed), subject=f"unit:{unit.pk}", by=by.actor)
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, by: Viewer) -> Unit:
    """Put a unit, with everything below it, under another unit."""
    require(policy.may_manage_unit(by, unit.path))
    require(policy.may_manage_unit(by, parent.path if parent else ""))
    wanted = [pk for pk in (unit.pk, parent.pk if parent else None) if pk is not None]
    # Everything that moves and where it goes, locked in one order so that two moves cannot wait
    # for each other.
    tree = Unit.objects.select_for_update().order_by("pk")
    list(tree.filter(pk__in=wanted) | tree.filter(path__startswith=unit.path))
    unit = Unit.objects.get(pk=unit.pk)
    parent = Unit.objects.get(pk=parent.pk) if parent else None
    if unit.parent_id == (parent.pk if parent else None):
        return unit
    if parent is not None and parent.path.startswith(unit.path):
        raise Problem(_("A unit cannot be put below itself."), "parent")
    if parent is not None and not parent.active:
        raise Problem(_("The unit above is closed."), "parent")
    old, new = unit.path, next_path(Unit, parent, PATH_LENGTH)
    below = Unit.objects.filter(path__startswith=old)
    deepest = max(len(path) for path in below.values_list("path", flat=True))
    if deepest - len(old) + len(new) > PATH_LENGTH:
        raise Problem(_("The tree would become too deep."), "parent")
    below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    try:
        with transaction.atomic():
            Unit.objects.filter(pk=unit.pk).update(parent=parent)
    except IntegrityError as error:
        raise _name_taken("parent") from error
    event = events.UnitMoved(parent.pk if parent else None, old, new)
    record(event, subject=f"unit:{unit.pk}", by=by.actor)
    unit.refresh_from_db()
    return unit


@transaction.atomic
def close_unit(*, unit: Unit, by: Viewer) -> Unit:
    """Close a unit that has no open unit below it; the roles held in it end today."""
    require(policy.may_manage_unit(by, unit.path))
    unit = lock_unit(unit.pk)
    if not unit.active:
        return unit
    if Unit.objects.filter(parent=unit, active=True).exists():
        raise Problem(_("Close or move the units below it first."))
    if unit.parent_id is None and not by.is_system:
        raise Problem(_("The unit at the top cannot be closed."))
    today = clock.today()
    held = list(Membership.objects.select_for_update().filter(queries.current(), unit=unit))
    Membership.objects.filter(pk__in=[row.pk for row in held]).update(until=today)
    Unit.objects.filter(pk=unit.pk).update(active=False)
    unit.active = False
    end_sessions(row.user_id for row in held)
    with act():
        record_many(
            [(events.UnitClosed(len(held)), f"unit:{unit.pk}", by.actor)]
            + [
                (
                    events.MembershipEnded(unit.pk, row.role, today.isoformat()),
                    f"user:{row.user_id}",
                    by.actor,
                )
                for row in held
            ]
        )
    return unit
