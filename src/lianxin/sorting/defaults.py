"""The category tree, its sets, the grounds and the reasons that come with the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction

from lianxin.access import Viewer
from lianxin.journal.actions import record
from lianxin.sorting import events
from lianxin.sorting.kinds import GroundMove
from lianxin.sorting.models import (
    Body,
    Category,
    CategorySet,
    CategorySetItem,
    Ground,
    Reason,
    Service,
)

# The same safe subset, read in C where the library was built with it: ten times faster.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DATA = Path(__file__).parent / "data"
Key = tuple[Any, ...]


def load_defaults(*, by: Viewer) -> int:
    """Bring the data that comes with the product into the database; how many rows changed.

    Running it again changes only what differs; what an administrator added stays.
    """
    tree, grounds, reasons = (read(name) for name in ("categories", "grounds", "reasons"))
    with transaction.atomic():
        changed = _put(Category, ("code",), _categories(tree["categories"]))
        changed += _put(Service, ("category_id",), _services(read("services")["services"]))
        changed += _put(CategorySet, ("code",), _sets(tree["sets"]))
        changed += _put(CategorySetItem, ("set_id", "name", "category_id"), _items(tree["sets"]))
        changed += _put(Ground, ("code",), _grounds(_all_grounds(grounds, reasons)))
        changed += _put(Body, ("code",), _bodies(read("bodies")["bodies"]))
        changed += _put(Reason, ("kind", "code"), _reasons(reasons, grounds["objection"]))
        if changed:
            record(events.DataLoaded(changed), subject="sorting:data", by=by.actor)
    return changed


@cache
def read(name: str) -> dict[str, Any]:
    """A file of data that comes with the product, by its name without the ending."""
    content: dict[str, Any] = yaml.load((DATA / f"{name}.yaml").read_text("utf-8"), LOADER)
    return content


def _put(model: type[models.Model], key: Sequence[str], rows: Mapping[Key, dict[str, Any]]) -> int:
    """Make the rows that are missing and change those that differ; how many that were."""
    manager = model._default_manager
    there = {tuple(getattr(row, name) for name in key): row for row in manager.all()}
    missing = [
        model(**dict(zip(key, values, strict=True)), **columns)
        for values, columns in rows.items()
        if values not in there
    ]
    manager.bulk_create(missing)
    differing = []
    for values, columns in rows.items():
        row = there.get(values)
        if row is not None and any(getattr(row, name) != columns[name] for name in columns):
            for name, value in columns.items():
                setattr(row, name, value)
            differing.append(row)
    if differing:
        manager.bulk_update(differing, sorted(next(iter(rows.values()))))
    return len(missing) + len(differing)


def _names(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": row["name"]["zh_Hans"], "name_en": row["name"]["en"]}


def _categories(tops: Sequence[Mapping[str, Any]]) -> dict[Key, dict[str, Any]]:
    flat = [{"lane": top["lane"], **row} for top in tops for row in (top, *top.get("children", ()))]
    return {
        (row["code"],): _names(row)
        | {
            "urgency": row.get("urgency", "ordinary").replace("enquiry", "ordinary"),
            "sealed": row["lane"] == "sealed",
            "needs_leader": row.get("needs_leader", False),
            "hard_urgent": row.get("hard_urgent_vexing", False),
            "route": row.get("route") or "",
            "hints": row.get("hints", []),
            "position": position,
        }
        for position, row in enumerate(flat)
    }


def _services(rows: Sequence[Mapping[str, Any]]) -> dict[Key, dict[str, Any]]:
    nodes = dict(Category.objects.values_list("code", "pk"))
    return {
        (nodes[row["category"]],): {
            "text": row["text"]["zh_Hans"],
            "text_en": row["text"]["en"],
            "attributes": row.get("attributes", []),
        }
        for row in rows
    }


def _sets(sets: Mapping[str, Mapping[str, Any]]) -> dict[Key, dict[str, Any]]:
    return {(code,): _names(row) for code, row in sets.items()}


def _items(sets: Mapping[str, Mapping[str, Any]]) -> dict[Key, dict[str, Any]]:
    owners = dict(CategorySet.objects.values_list("code", "pk"))
    nodes = dict(Category.objects.values_list("code", "pk"))
    rows: dict[Key, dict[str, Any]] = {}
    for code, row in sets.items():
        for item in row["items"]:
            names = _names(item)
            for node in item["nodes"]:
                rows[owners[code], names["name"], nodes[node]] = {"name_en": names["name_en"]}
    return rows


def _all_grounds(grounds: Mapping[str, Any], reasons: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The grounds for refusing, and those on which a unit may ask to end the handling (T42)."""
    ends = [{**row, "move": GroundMove.TERMINATE} for row in reasons["termination"]]
    return [*grounds["grounds"], *ends]


def _grounds(rows: Sequence[Mapping[str, Any]]) -> dict[Key, dict[str, Any]]:
    return {
        (row["code"],): _names(row)
        | {
            "move": row["move"],
            "text": row["text"]["zh_Hans"],
            "text_en": row["text"]["en"],
            "law": row.get("law", ""),
            "position": position,
        }
        for position, row in enumerate(rows)
    }


def _bodies(rows: Sequence[Mapping[str, Any]]) -> dict[Key, dict[str, Any]]:
    return {
        (row["code"],): _names(row)
        | {
            "kind": row["kind"],
            "phone": row["phone"],
            "address": row.get("address", ""),
            "called": row.get("called", []),
            "use": row.get("use", {}).get("zh_Hans", ""),
            "use_en": row.get("use", {}).get("en", ""),
            "receipt_days": row["receipt_days"],
            "position": position,
        }
        for position, row in enumerate(rows)
    }


def _reasons(reasons: Mapping[str, Any], objection: Mapping[str, str]) -> dict[Key, dict[str, Any]]:
    kinds = {kind: rows for kind, rows in reasons.items() if isinstance(rows, list)}
    kinds["objection"] = [{"code": "how", "name": objection}]
    kinds |= {f"dissatisfaction_{kind}": rows for kind, rows in reasons["dissatisfaction"].items()}
    found: dict[Key, dict[str, Any]] = {}
    for kind, rows in kinds.items():
        for position, row in enumerate(rows):
            text = row.get("text", {})
            found[kind, row["code"]] = _names(row) | {
                "text": text.get("zh_Hans", ""),
                "text_en": text.get("en", ""),
                "position": position,
            }
    return found
