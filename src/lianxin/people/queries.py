"""Reads of people and units. Lists meant for a page take the viewer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.access import ANONYMOUS, Grant, Viewer, scope
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.people.gazetteer import area_named as area_named
from lianxin.people.gazetteer import areas_named as areas_named
from lianxin.people.gazetteer import gazetteer as gazetteer
from lianxin.people.gazetteer import home_area as home_area
from lianxin.people.mentions import communities_in as communities_in
from lianxin.people.models import Area, Interest, Membership, Unit, User
from lianxin.people.naming import Bearer as Bearer
from lianxin.people.naming import names as names
from lianxin.people.roles import Role
from lianxin.people.scopes import within


def current(day: date | None = None) -> Q:
    """The condition of a membership that holds on a day (default: today in Shanghai)."""
    day = day or clock.today()
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


def viewer_for(user: User | None) -> Viewer:
    """The viewer of a person with the roles they hold today. One query; ``None``: a resident."""
    if user is None or not user.is_active:
        return ANONYMOUS
    held = Membership.objects.filter(current(), user=user, unit__active=True)
    rows = list(
        held.order_by("since", "unit__path", "role").values_list(
            "role", "unit_id", "unit__path", "unit__name", "unit__short_name"
        )
    )
    grants = tuple(Grant(role, unit_id, path) for role, unit_id, path, *_names in rows)
    where = next((short or name for *_grant, name, short in rows), "")
    return Viewer(user.pk, user.name, grants, unit_name=where)


def viewer_of(user_id: int) -> Viewer:
    """The viewer of the person with this id. Two queries."""
    return viewer_for(User.objects.filter(pk=user_id).first())


def viewers_with(path: str, *roles: str) -> list[Viewer]:
    """Whoever holds one of the roles at a unit whose subtree contains ``path``. Two queries.

    For messages and digests: each viewer comes with all their grants, as on a page.
    """
    tops = [path[: n + 1] for n, letter in enumerate(path) if letter == "."]
    held = Membership.objects.filter(current(), unit__active=True, user__is_active=True)
    # Fetched, not nested: PostgreSQL has been seen to plan the nested form by the row.
    wanted = set(held.filter(unit__path__in=tops, role__in=roles).values_list("user_id", flat=True))
    found: dict[int, tuple[str, list[Grant]]] = {}
    rows = held.filter(user_id__in=wanted).order_by("user_id", "unit__path", "role")
    for pk, name, role, unit_id, unit_path in rows.values_list(
        "user_id", "user__name", "role", "unit_id", "unit__path"
    ):
        found.setdefault(pk, (name, []))[1].append(Grant(role, unit_id, unit_path))
    return [Viewer(pk, name, tuple(grants)) for pk, (name, grants) in found.items()]


def ids_with(*roles: str) -> list[int]:
    """Ids of everybody who holds one of the roles today, anywhere."""
    held = Membership.objects.filter(current(), unit__active=True, role__in=roles)
    return list(held.order_by("user_id").values_list("user_id", flat=True).distinct())


def units_under(path: str) -> QuerySet[Unit]:
    """The active units of a subtree with its top, in the order of the tree; ``""``: all."""
    return Unit.objects.filter(path__startswith=path, active=True).order_by("path")


def units_above(path: str) -> QuerySet[Unit]:
    """The units on the way from the root down to, and without, the unit at this path."""
    tops = [path[: n + 1] for n, letter in enumerate(path) if letter == "."]
    return Unit.objects.filter(path__in=tops[:-1]).order_by("path")


def unit_at(path: str) -> Unit | None:
    return Unit.objects.filter(path=path).first()


def roots() -> QuerySet[Unit]:
    return Unit.objects.filter(parent=None, active=True).order_by("path")


def unit_tree(viewer: Viewer) -> QuerySet[Unit]:
    """The units a viewer sees, parents before their parts; ``unit.depth`` says how deep."""
    return scope(viewer, Unit).select_related("area").order_by("path")


def find_unit(viewer: Viewer, text: str, limit: int = 20) -> list[Unit]:
    """Units whose name or short name contains these words, for a search box."""
    text = text.strip()
    if not text:
        return []
    named = Q(name__icontains=text) | Q(short_name__icontains=text)
    return list(scope(viewer, Unit).filter(named, active=True).order_by("path")[:limit])


def find_area(viewer: Viewer, text: str, limit: int = 20) -> list[Area]:
    """Areas whose name begins with these words, larger ones first."""
    text = text.strip()
    if not text:
        return []
    rows = scope(viewer, Area).filter(name__startswith=text).select_related("parent")
    return list(rows.order_by("path")[:limit])


def members_of(unit: Unit | int, *roles: str) -> QuerySet[User]:
    """People who may sign in and hold a role at this very unit today, by name."""
    held = Membership.objects.filter(current(), unit=unit)
    if roles:
        held = held.filter(role__in=roles)
    people = User.objects.filter(is_active=True, pk__in=held.values("user_id"))
    return people.order_by("name", "pk")


def is_member(user_id: int | None, unit: Unit | int, *roles: str) -> bool:
    """Does this person hold a role at this very unit today?"""
    if user_id is None:
        return False
    return members_of(unit, *roles).filter(pk=user_id).exists()


def people_of(viewer: Viewer, units: Iterable[Unit]) -> QuerySet[Membership]:
    """The memberships of these units that hold today and that the viewer sees, with people."""
    rows = scope(viewer, Membership).filter(current(), unit__in=list(units))
    return rows.select_related("user", "unit").order_by("unit__path", "role", "user__name")


def roles_of(viewer: Viewer, person: User) -> QuerySet[Membership]:
    """Somebody's roles of today, as far as the viewer sees them."""
    rows = scope(viewer, Membership).filter(current(), user=person)
    return rows.select_related("unit").order_by("unit__path", "role")


def user_called(username: str) -> User:
    """The person with this user name. Problem at ``username`` when there is none."""
    found = User.objects.filter(username=words.fold(username)).first()
    if found is None:
        raise Problem(_("Nobody has this user name."), "username")
    return found


def managed_tree(viewer: Viewer) -> QuerySet[Unit]:
    """The units an administrator looks after, closed ones too, in the order of the tree."""
    tops = viewer.paths(Role.SYS_ADMIN, Role.SEC_ADMIN)
    rows = scope(viewer, Unit).filter(within("path", tops))
    return rows.select_related("area").order_by("path")


def paths_of_user(user_id: int) -> list[str]:
    """Where somebody holds roles now or will: what their administrator must cover."""
    rows = Membership.objects.filter(Q(until=None) | Q(until__gt=clock.today()), user_id=user_id)
    return list(rows.values_list("unit__path", flat=True).distinct())


def paths_of_users(user_ids: Iterable[int]) -> dict[int, list[str]]:
    """The same of many; who holds none is not in it."""
    rows = Membership.objects.filter(Q(until=None) | Q(until__gt=clock.today()))
    found: dict[int, list[str]] = {}
    for user_id, path in rows.filter(user__in=list(user_ids)).values_list("user", "unit__path"):
        found.setdefault(user_id, []).append(path)
    return found


def without_role(viewer: Viewer, limit: int = 50) -> list[User]:
    """People who may sign in but never held a role, the newest first."""
    rows = scope(viewer, User).filter(is_active=True, memberships=None)
    return list(rows.order_by("-pk")[:limit])


def admins_left(without_user: int, role: str) -> bool:
    """Does anybody besides this person hold this administrator's role at a root unit?"""
    held = Membership.objects.filter(current(), role=role, unit__parent=None, user__is_active=True)
    return held.exclude(user_id=without_user).exists()


def unit(pk: int) -> Unit | None:
    """An active unit by its id."""
    return Unit.objects.filter(pk=pk, active=True).first()


def covers_unit(user_id: int, unit: Unit, *roles: str) -> bool:
    """Does this person hold one of the roles today at the unit or at one above it?"""
    tops = [unit.path[: n + 1] for n, letter in enumerate(unit.path) if letter == "."]
    held = Membership.objects.filter(current(), user_id=user_id, unit__path__in=tops)
    return held.filter(role__in=roles, user__is_active=True).exists()


def who_may_sign_in() -> QuerySet[User]:
    """The people whose account is not barred."""
    return User.objects.filter(is_active=True)


def areas_called(text: str) -> list[Area]:
    """The areas with exactly this code or name; several may share a name."""
    coded = list(Area.objects.filter(code=words.fold(text))[:1])
    return coded or list(Area.objects.filter(name=words.clean(text)).order_by("path")[:2])


def users_called(text: str) -> list[User]:
    """Active people with exactly this user name or name; several may share a name."""
    active = User.objects.filter(is_active=True)
    exact = list(active.filter(username=words.fold(text)))
    return exact or list(active.filter(name=words.clean(text)).order_by("pk")[:20])


def unit_names(pks: Iterable[int]) -> dict[int, str]:
    """The names of units, closed ones too, by id."""
    return dict(Unit.objects.filter(pk__in=set(pks)).values_list("pk", "name"))


def user_names(pks: Iterable[int]) -> dict[int, str]:
    """The names of members of staff by id."""
    return dict(User.objects.filter(pk__in=set(pks)).values_list("pk", "name"))


def units_below(viewer: Viewer, *roles: str) -> list[int]:
    """The ids of all units, closed ones too, that these roles of a viewer reach.

    Numbers and not a subquery: from numbers the database sees how few rows they mean. Looked up
    once for a viewer, which lasts as long as a request.
    """
    paths = viewer.paths(*roles)
    if not paths:
        return []
    found = viewer.reach.get(paths)
    if found is None:
        condition = Q()
        for path in paths:
            condition |= Q(path__startswith=path)
        rows = Unit.objects.filter(condition).order_by("pk")
        found = list(rows.values_list("pk", flat=True))
        if not viewer.is_system:
            viewer.reach[paths] = found
    return found


def area_lineage(area_id: int) -> list[int]:
    """The ids of an area and of those it lies in, the nearest first."""
    path = Area.objects.filter(pk=area_id).values_list("path", flat=True).first() or ""
    tops = [path[: n + 1] for n, letter in enumerate(path) if letter == "."]
    rows = Area.objects.filter(path__in=tops).order_by("-path").values_list("pk", flat=True)
    return list(rows)


def desks() -> dict[int | None, int]:
    """Which unit sorts what comes from an area: ``{area id: unit id}``; ``None``: the root's.

    A unit is a desk when somebody there holds the dispatcher's role today.
    """
    held = Membership.objects.filter(current(), role=Role.DISPATCHER, user__is_active=True)
    rows = Unit.objects.filter(active=True, pk__in=held.values("unit_id")).order_by("path")
    found: dict[int | None, int] = {}
    for unit in rows:
        found.setdefault(unit.area_id, unit.pk)
        found.setdefault(None, unit.pk)
    if None not in found:
        found |= {key: unit.pk for key, unit in zip([None], roots()[:1], strict=False)}
    return found


def places_to_choose(limit: int = 400) -> list[tuple[str, list[tuple[int, str]]]]:
    """Communities and villages by the town they lie in, for a list on a form.

    Empty where there are none, or so many that a list helps nobody.
    """
    rows = list(
        Area.objects.filter(level="community")
        .order_by("path")
        .values_list("pk", "name", "parent__name")[: limit + 1]
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for pk, name, town in rows if len(rows) <= limit else ():
        found.setdefault(town or "", []).append((pk, name))
    return list(found.items())


def public_phone() -> str:
    """The telephone number of the desk that takes concerns in; empty when it has none."""
    desk = desks().get(None)
    return Unit.objects.filter(pk=desk or 0).values_list("phone", flat=True).first() or ""


def holders(units: Iterable[Unit], role: str) -> list[tuple[int, str]]:
    """Who holds a role at one of these units today: ``(user id, "name · unit")`` for a form."""
    rows = Membership.objects.filter(current(), unit__in=list(units), role=role)
    rows = rows.filter(user__is_active=True).select_related("user", "unit")
    found = {row.user_id: f"{row.user.name} · {row.unit.label}" for row in rows.order_by("-pk")}
    return sorted(found.items(), key=lambda pair: pair[1])


LEADING = (Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)
"""Whoever holds one of these heads the unit: what lies below it answers to them."""


def lineage(paths: Iterable[str]) -> list[str]:
    """The paths of these units and of all units above them, sorted."""
    found = {path[: n + 1] for path in paths for n, letter in enumerate(path) if letter == "."}
    return sorted(found)


def names_along(paths: Iterable[str]) -> list[str]:
    """The names of these units and of all units above them."""
    return list(Unit.objects.filter(path__in=lineage(paths)).values_list("name", flat=True))


def heads_over(paths: Iterable[str]) -> QuerySet[Membership]:
    """The memberships of those who head one of these units or one above it today."""
    return Membership.objects.filter(current(), role__in=LEADING, unit__path__in=lineage(paths))


def interests_of(viewer: Viewer) -> QuerySet[Interest]:
    """What the viewer has declared and not ended, the newest first."""
    rows = Interest.objects.filter(user=viewer.user_id, ended_at=None)
    return rows.select_related("person", "unit").order_by("-pk")


def declarers(interest_ids: Iterable[int]) -> dict[int, int]:
    """Who declared these interests, by the interest's id."""
    rows = Interest.objects.filter(pk__in=list(interest_ids))
    return dict(rows.values_list("pk", "user_id"))


def units_by_id(pks: Iterable[int]) -> list[Unit]:
    """These units, closed ones too, in the order of the tree."""
    return list(Unit.objects.filter(pk__in=list(pks)).order_by("path"))


def unit_paths(pks: Iterable[int]) -> dict[int, str]:
    """The paths of these units, by id."""
    return dict(Unit.objects.filter(pk__in=list(pks)).values_list("pk", "path"))


def units_of(user_id: int, *roles: str) -> list[Unit]:
    """The units where somebody holds a role (one of these) today, in the order of the tree."""
    held = Membership.objects.filter(current(), user=user_id)
    if roles:
        held = held.filter(role__in=roles)
    return list(Unit.objects.filter(pk__in=held.values("unit_id")).order_by("path"))


def units_with(role: str) -> list[Unit]:
    """The active units where somebody who may sign in holds this role today."""
    held = Membership.objects.filter(current(), role=role, user__is_active=True)
    rows = Unit.objects.filter(active=True, pk__in=held.values("unit_id"))
    return list(rows.order_by("path"))


def desks_around(areas: Iterable[int | None]) -> dict[int | None, list[Unit]]:
    """For each area the desks for what comes from there, the nearest first and the root's last."""
    found = desks()
    units = Unit.objects.in_bulk(list(found.values()))
    around: dict[int | None, list[Unit]] = {}
    for area in areas:
        lineage = area_lineage(area) if area is not None else []
        order = [found[place] for place in [*lineage, None] if place in found]
        around[area] = [units[pk] for pk in dict.fromkeys(order)]
    return around
