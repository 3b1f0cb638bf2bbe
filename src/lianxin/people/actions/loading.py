"""Loading units and people from spreadsheets: good rows go in, bad rows are listed by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Refused, Viewer, require
from lianxin.journal.actions import act
from lianxin.kernel import words
from lianxin.kernel.problems import Problem
from lianxin.kernel.sheets import Row
from lianxin.people import policy, queries
from lianxin.people.actions.members import add_member
from lianxin.people.actions.units import change_unit, create_unit, move_unit
from lianxin.people.actions.users import add_user, change_user, new_password
from lianxin.people.models import Area, Membership, Unit, UnitKind, User
from lianxin.people.roles import Role
from lianxin.people.sheets import (
    PEOPLE_COLUMNS,
    UNIT_COLUMNS,
    Columns,
    Loaded,
    RowProblem,
    columns_in,
    fault_of,
    fields_of,
)
from lianxin.people.wording import Reading

__all__ = ["Loaded", "RowProblem", "load_people", "load_units"]

YES = frozenset({"是", "有", "√", "✓", "y", "yes", "1", "true", "窗口", "窗口单位"})
NO = frozenset({"", "否", "无", "無", "×", "n", "no", "0", "false"})


def _with_columns(
    rows: Iterable[Row], columns: Columns, needed: str
) -> Iterator[tuple[Row, dict[str, str]]]:
    """Each row with the sheet's own names of our columns. Problem when a needed one is missing."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    found = columns_in(first, columns)
    missing = [columns[name][0] for name in needed.split() if name not in found]
    if missing:
        raise Problem(
            _("The sheet has no column %(names)s.") % {"names": "、".join(missing)}, "file"
        )
    for row in chain([first], rows):
        yield row, found


def load_units(rows: Iterable[Row], *, by: Viewer) -> Loaded:
    """Add or change units from rows; parents may stand below their parts.

    A parent is named by its name, or by its way from the top (清河县/城关镇) where two units
    share a name. Loading the same rows again changes nothing. Each row is one transaction.
    """
    require(policy.may_manage_people(by))
    loaded = Loaded()
    waiting = list(_with_columns(rows, UNIT_COLUMNS, "name"))
    # A name the sheet gives once may be a unit that moved; given twice, it is two units.
    times = Counter(words.fold(fields_of(row, found)["name"]) for row, found in waiting)
    with act():
        while waiting:
            names = {words.fold(fields_of(row, found)["name"]) for row, found in waiting}
            later = []
            for row, found in waiting:
                values = fields_of(row, found)
                if _waits(values, names):
                    later.append((row, found))
                else:
                    moves = times[words.fold(values["name"])] == 1
                    _one(loaded, row, found, partial(_load_unit, values, moves, by))
            if len(later) == len(waiting):
                for row, found in later:
                    circle = Problem(_("The units name each other as parents."), "parent")
                    loaded.problem(row, circle, found)
                break
            waiting = later
    loaded.problems.sort(key=lambda problem: problem.line)
    return loaded


def _waits(values: dict[str, str], names: set[str]) -> bool:
    """Does the parent stand in another row that has not been done yet?"""
    parent = words.fold(values.get("parent", "")).rpartition("/")[2]
    if not parent or parent == words.fold(values["name"]) or parent not in names:
        return False
    return not _units_called(values["parent"])


def _one(loaded: Loaded, row: Row, found: dict[str, str], do: Callable[[], str]) -> None:
    """One row in one transaction; what is wrong with it is noted, never raised."""
    try:
        fault = fault_of(row)
        if fault is not None:
            raise fault
        with transaction.atomic():
            loaded.count(do())
    except Problem as problem:
        loaded.problem(row, problem, found)
    except Refused as refused:
        loaded.problem(row, Problem(refused.reason), found)


def _units_called(text: str) -> list[Unit]:
    """Active units by name, short name, or way from the top with slashes."""
    way = [words.clean(part) for part in text.replace("／", "/").split("/") if part.strip()]
    if not way:
        return []
    rows = Unit.objects.filter(active=True).select_related("parent").order_by("path")
    found = list(rows.filter(name=way[-1])) or list(rows.filter(short_name=way[-1]))
    return [unit for unit in found if _lies_on(unit, way[:-1])]


def _lies_on(unit: Unit, way: list[str]) -> bool:
    above = {name for row in queries.units_above(unit.path) for name in (row.name, row.short_name)}
    return all(name in above for name in way)


def unit_called(text: str, field: str) -> Unit:
    """The one active unit of this name. Problem at the field when there is none, or several."""
    found = _units_called(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Problem(_("There is no unit called %(name)s.") % {"name": words.clean(text)}, field)
    raise Problem(
        _("Several units are called %(name)s. Write the unit above it first, like A/B.")
        % {"name": words.clean(text)},
        field,
    )


def _load_unit(values: dict[str, str], moves: bool, by: Viewer) -> str:
    parent = unit_called(values["parent"], "parent") if values.get("parent") else None
    area = _area(values["area"]) if values.get("area") else None
    window = words.fold(values.get("window", ""))
    if window not in YES | NO:
        raise Problem(_("Please write yes or no."), "window")
    name = words.clean(values["name"])
    beside = Unit.objects.filter(active=True, name=name)
    known = beside.filter(parent=parent).first()
    if known is None and parent is not None and moves and beside.count() == 1:
        known = beside.get()
    if known is None:
        create_unit(
            name=name, kind=_kind(values.get("kind", "")) or _likely_kind(name, parent),
            parent=parent, short_name=values.get("short_name", ""), area=area,
            phone=values.get("phone", ""), window=window in YES, by=by,
        )  # fmt: skip
        return "added"
    before = (known.parent_id, *_details(known))
    unit = change_unit(
        unit=known, kind=_kind(values.get("kind", "")) or None, short_name=values.get("short_name"),
        area=area or "same", phone=values.get("phone"),
        window=window in YES if "window" in values else None, by=by,
    )  # fmt: skip
    if unit.parent_id != (parent.pk if parent else None) and "parent" in values:
        unit = move_unit(unit=unit, parent=parent, by=by)
    return "unchanged" if before == (unit.parent_id, *_details(unit)) else "changed"


def _details(unit: Unit) -> tuple[object, ...]:
    return unit.short_name, unit.kind, unit.area_id, unit.phone, unit.window


def _area(code: str) -> Area:
    area = Area.objects.filter(code=words.fold(code)).first()
    if area is None:
        raise Problem(_("There is no area with this code. Load the divisions first."), "area")
    return area


KIND_WORDS = {
    UnitKind.CITY: "市 地级市 州",
    UnitKind.COUNTY: "区 县 区县 县区 县级市 旗",
    UnitKind.TOWN: "街道 乡镇 乡 镇 镇街 街道办事处 乡镇街道",
    UnitKind.COMMUNITY: "社区 村 居委会 村委会 社区村 村社区 村(社区)",
    UnitKind.DEPARTMENT: "局 委办局 职能部门 机关 科室",
    UnitKind.OFFICE: "所 站 站所 基层站所",
    UnitKind.CENTRE: "中心 热线 服务中心",
    UnitKind.ENTERPRISE: "企业 公司 事业单位 企事业单位 公共企事业单位",
}
"""What people call the kinds in their sheets, besides our own labels."""


def _kind(text: str) -> str:
    folded = words.fold(text)
    for kind, said in KIND_WORDS.items():
        if folded in said.split():
            return kind.value
    return text


def _likely_kind(name: str, parent: Unit | None) -> str:
    """A kind from the ending of the name, for sheets without that column."""
    endings = {
        "社区": UnitKind.COMMUNITY, "村": UnitKind.COMMUNITY, "居委会": UnitKind.COMMUNITY,
        "村委会": UnitKind.COMMUNITY, "镇": UnitKind.TOWN, "乡": UnitKind.TOWN,
        "街道": UnitKind.TOWN, "街道办事处": UnitKind.TOWN, "公司": UnitKind.ENTERPRISE,
        "医院": UnitKind.ENTERPRISE, "学校": UnitKind.ENTERPRISE, "中心": UnitKind.CENTRE,
        "站": UnitKind.OFFICE, "所": UnitKind.OFFICE, "县": UnitKind.COUNTY, "区": UnitKind.COUNTY,
        "市": UnitKind.CITY,
    }  # fmt: skip
    for ending in sorted(endings, key=len, reverse=True):
        if name.endswith(ending) and (parent is None or endings[ending] != UnitKind.CITY):
            return endings[ending].value
    return UnitKind.DEPARTMENT.value


def load_people(
    rows: Iterable[Row], *, by: Viewer, hand_over: Callable[[tuple[str, str]], object]
) -> Loaded:
    """Add or change people and give them roles, one row a person and unit; several roles in one
    cell stand with a comma or 、 between them.

    New people get a random first password: ``hand_over((username, password))`` is told each once,
    inside the transaction that adds them, and nothing else keeps it. A password column is never
    read. Roles a sheet does not name are left as they are.
    """
    require(policy.may_manage_people(by))
    loaded = Loaded()
    with act():
        for row, found in _with_columns(rows, PEOPLE_COLUMNS, "name username"):
            values = fields_of(row, found)
            _one(loaded, row, found, partial(_load_person, values, hand_over, by))
    return loaded


def _load_person(
    values: dict[str, str], hand_over: Callable[[tuple[str, str]], object], by: Viewer
) -> str:
    unit = unit_called(values["unit"], "unit") if values.get("unit") else None
    roles = [part for part in _split(values.get("role", "")) if part]
    if roles and unit is None:
        raise Problem(_("A role needs a unit."), "unit")
    user = User.objects.filter(username=words.fold(values["username"])).first()
    known = user is not None
    password = None
    if user is None:
        password = new_password()
        user = add_user(
            username=values["username"], name=values["name"], password=password,
            post=values.get("post", ""), email=values.get("email", ""),
            phone=values.get("phone", ""), by=by,
        )  # fmt: skip
        what = "added"
    else:
        changed = change_user(
            user=user, name=values["name"], post=values.get("post"), email=values.get("email"),
            phone=values.get("phone"), by=by,
        )  # fmt: skip
        same = all(
            getattr(changed, name) == getattr(user, name)
            for name in ("name", "post", "email", "phone")
        )
        what = "unchanged" if same else "changed"
    held = Membership.objects.filter(queries.current(), user=user, unit=unit)
    before = set(held.values_list("role", flat=True)) if known and unit else set()
    for role in roles:
        assert unit is not None
        chosen = _role(role)
        if chosen not in before:
            add_member(user=user, unit=unit, role=chosen, by=by)
            before.add(chosen)
            what = "added" if what == "added" else "changed"
    if password is not None:
        hand_over((user.username, password))
    return what


def _split(text: str) -> list[str]:
    for mark in ("，", "、", ";", "；", "/", "\n"):
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",")]


def _role(text: str) -> str:
    reading = Reading()
    chosen = reading.choice("role", text, Role)
    reading.done()
    assert chosen is not None
    return chosen.value
