"""Take over the dispatch catalogue 派单目录 from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.kernel import clock, words
from lianxin.kernel.dates import read_moment
from lianxin.kernel.problems import Problem
from lianxin.kernel.sheets import Row
from lianxin.people import queries as people
from lianxin.people.actions.loading import unit_called
from lianxin.people.roles import Role
from lianxin.people.sheets import Columns, Loaded, columns_in, fault_of, fields_of
from lianxin.sorting.actions import CatalogueLine, put_catalogue_line
from lianxin.sorting.models import CatalogueItem, Category

if TYPE_CHECKING:
    from lianxin.people.models import Area, Unit

COLUMNS: Columns = {
    "category": ("类别", "事项类别", "事项", "類別", "category"),
    "area": ("区域", "地区", "区划", "區域", "area"),
    "unit": ("单位", "主办单位", "承办单位", "單位", "unit"),
    "co_units": ("协办", "协办单位", "協辦", "co-units", "co units"),
    "leader": ("责任领导", "责任人", "責任領導", "leader"),
    "basis": ("依据", "依據", "basis"),
    "valid_from": ("起", "生效日期", "自何日起", "valid from", "from"),
}
M = TypeVar("M", bound=models.Model)


def load_catalogue(rows: Iterable[Row], *, by: Viewer) -> Loaded:
    """Add or change lines; the same rows again change nothing. Each row is one transaction.

    A category is named by its code or its name, an area by its name or code, a leader by user name
    or by name. Problem when the sheet lacks a column that is needed.
    """
    loaded = Loaded()
    columns: dict[str, str] | None = None
    for row in rows:
        if columns is None:
            columns = columns_in(row, COLUMNS)
            missing = [COLUMNS[name][0] for name in ("category", "unit") if name not in columns]
            if missing:
                raise Problem(
                    _("The sheet has no column %(names)s.") % {"names": "、".join(missing)}, "file"
                )
        try:
            fault = fault_of(row)
            if fault is not None:
                raise fault
            with transaction.atomic():
                loaded.count(_load(fields_of(row, columns), by))
        except Problem as problem:
            loaded.problem(row, problem, columns)
    return loaded


def _load(values: dict[str, str], by: Viewer) -> str:
    category = _category(values["category"])
    if not values["unit"]:
        raise Problem(_("Please fill this in."), "unit")
    unit = unit_called(values["unit"], "unit")
    area = _area(values["area"]) if values.get("area") else None
    helpers = [unit_called(name, "co_units") for name in _split(values.get("co_units", ""))]
    leader = _leader(values["leader"], unit) if values.get("leader") else None
    basis = values.get("basis", "")
    if len(basis) > 200:
        raise Problem(_("This is longer than %(limit)s characters.") % {"limit": 200}, "basis")
    given = _day(values["valid_from"]) if values.get("valid_from") else None
    known = _known(category, area, given)
    line = CatalogueLine(
        category=category.code,
        unit_id=unit.pk,
        area_id=area.pk if area else None,
        leader_id=leader,
        co_unit_ids=tuple(helper.pk for helper in helpers),
        basis=basis,
        valid_from=given or (known.valid_from if known else None),
    )
    if known is not None and _same(known, line):
        return "unchanged"
    put_catalogue_line(line, by=by)
    return "changed" if known else "added"


def _known(category: Category, area: Area | None, given: date | None) -> CatalogueItem | None:
    """The line of this day; without a day the newest that has begun."""
    lines = CatalogueItem.objects.filter(category=category, area=area)
    if area is None:
        lines = CatalogueItem.objects.filter(category=category, area__isnull=True)
    begun = Q(valid_from=given) if given else Q(valid_from__lte=clock.today())
    return lines.filter(begun).order_by("-valid_from").first()


def _same(known: CatalogueItem, line: CatalogueLine) -> bool:
    return (known.unit_id, known.leader_id, known.basis) == (
        line.unit_id,
        line.leader_id,
        line.basis,
    ) and set(known.co_units.values_list("pk", flat=True)) == set(line.co_unit_ids)


def _one(found: Iterable[M], text: str, field: str) -> M:
    rows = list(found)
    if len(rows) == 1:
        return rows[0]
    told = _("Several are called %(name)s.") if rows else _("There is no %(name)s.")
    raise Problem(told % {"name": text[:60] or _("(empty)")}, field)


def _category(text: str) -> Category:
    rows = Category.objects.filter(active=True)
    code = rows.filter(code=words.fold(text)).first()
    return code or _one(rows.filter(Q(name=text) | Q(name_en__iexact=text)), text, "category")


def _area(text: str) -> Area:
    return _one(people.areas_called(text), text, "area")


def _leader(text: str, unit: Unit) -> int:
    named = people.users_called(text)
    fit = [user for user in named if people.covers_unit(user.pk, unit, Role.UNIT_LEADER)]
    if named and not fit:
        raise Problem(_("Choose a responsible leader of this unit."), "leader")
    return _one(fit, text, "leader").pk


def _day(text: str) -> date:
    found = read_moment(text)
    if found is None:
        raise Problem(_("This is not a date: %(text)s") % {"text": text[:40]}, "valid_from")
    return found.astimezone(clock.SHANGHAI).date()


def _split(text: str) -> list[str]:
    for mark in "，、;；/\n":
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",") if part.strip()]
