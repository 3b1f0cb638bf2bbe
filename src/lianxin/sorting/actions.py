"""Load and change the data that sorting works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.sorting import events
from lianxin.sorting.defaults import load_defaults
from lianxin.sorting.models import CatalogueItem, Category

__all__ = ["CatalogueLine", "load_defaults", "put_catalogue_line"]


@dataclass(frozen=True)
class CatalogueLine:
    """One line to put into the dispatch catalogue."""

    category: str
    unit_id: int
    area_id: int | None = None
    leader_id: int | None = None
    co_unit_ids: tuple[int, ...] = ()
    basis: str = ""
    valid_from: date | None = None


def put_catalogue_line(line: CatalogueLine, *, by: Viewer) -> CatalogueItem:
    """Add or change a line of the dispatch catalogue. An unknown category is a Problem."""
    category = Category.objects.filter(code=line.category, active=True).first()
    if category is None:
        raise Problem(_("There is no category “%(code)s”.") % {"code": line.category}, "category")
    with transaction.atomic():
        item, _made = CatalogueItem.objects.update_or_create(
            category=category,
            area_id=line.area_id,  # type: ignore[misc]  # None asks for IS NULL, as it should
            valid_from=line.valid_from or clock.today(),
            defaults={
                "unit_id": line.unit_id,
                "leader_id": line.leader_id,
                "basis": line.basis,
            },
        )
        item.co_units.set(line.co_unit_ids)
        record(
            events.CatalogueChanged(item.pk, line.unit_id),
            subject=f"category:{category.pk}",
            by=by.actor,
        )
    return item
