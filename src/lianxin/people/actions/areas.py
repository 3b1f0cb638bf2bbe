"""Adding places: the official divisions that come with the product, and local ones below them."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from importlib import resources

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer, require
from lianxin.journal.actions import record
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.people import events, policy
from lianxin.people.models import PATH_LENGTH, Area, Level
from lianxin.people.paths import next_path
from lianxin.people.sheets import Loaded
from lianxin.people.wording import Reading

BATCH = 2_000
OFFICIAL = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.STREET)


@transaction.atomic
def add_area(
    *, name: str, level: str, parent: Area | None = None, code: str = "", by: Viewer
) -> Area:
    """Add one place. Without a code it gets one from its place in the tree (`x0001.0002.`)."""
    require(policy.may_manage_people(by))
    reading = Reading()
    name = reading.line("name", name, most=60, required=True)
    chosen = reading.choice("level", level, Level)
    code = reading.line("code", words.fold(code), most=20)
    reading.done()
    assert chosen is not None
    order = list(Level)
    if parent is not None:
        parent = Area.objects.select_for_update().get(pk=parent.pk)
        if order.index(Level(parent.level)) >= order.index(chosen):
            raise Problem(_("This is not larger than what lies in it."), "parent")
    if Area.objects.filter(parent=parent, name=name).exists():
        raise Problem(_("This place is already there."), "name")
    path = next_path(Area, parent, PATH_LENGTH)
    if code and Area.objects.filter(code=code).exists():
        raise Problem(_("Another area has this code."), "code")
    area = Area(name=name, level=chosen, parent=parent, path=path, code=code or _local_code(path))
    area.save()
    event = events.AreaAdded(name, chosen.value, path)
    record(event, subject=f"area:{area.pk}", by=by.actor)
    return area


def _local_code(path: str) -> str:
    """A code for a place that has no official one: short, and no official code begins with x."""
    code = "x" + "".join(f"{int(part):x}." for part in path.rstrip(".").split("."))
    return code.rstrip(".")[:20]


def divisions(province: str = "") -> Iterator[tuple[str, str, str, str]]:
    """(code, name, level, parent's code), parents first, of the file that comes with the product.

    Source: china-division 2.7.0 (WTFPL); see data/NOTICE beside it.
    """
    packed = resources.files("lianxin.people").joinpath("data/divisions.csv.gz").read_bytes()
    with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if row["code"].startswith(province):
                yield row["code"], row["name"], row["level"], row["parent"]


@transaction.atomic
def load_divisions(
    *, province: str | None = None, by: Viewer, progress: Callable[[int, int], None] | None = None
) -> Loaded:
    """Bring in provinces, cities, counties and streets; of one province by its two-digit code.

    Idempotent: known codes keep their place, renamed ones are renamed, nothing is removed.
    """
    require(policy.may_manage_people(by))
    wanted = words.fold(province or "")
    rows = list(divisions(wanted)) if not wanted or wanted.isdecimal() else []
    if not rows or (province is not None and len(wanted) != 2):
        raise Problem(_("There is no province with this code. Shanghai is 31."), "province")
    known = {area.code: area for area in Area.objects.filter(level__in=OFFICIAL)}
    last = _last_numbers()
    now = clock.now()
    loaded, fresh, renamed = Loaded(), [], []
    for code, name, level, above in rows:
        area = known.get(code)
        if area is not None:
            loaded.count("unchanged" if area.name == name else "changed")
            if area.name != name:
                area.name, area.changed_at = name, now
                renamed.append(area)
            continue
        parent = known[above] if above else None
        path = _take(last, parent.path if parent else "")
        area = Area(code=code, name=name, level=level, parent=parent, path=path, changed_at=now)
        known[code] = area
        fresh.append(area)
        loaded.count("added")
    done = 0
    for level_now in OFFICIAL:  # the ids of a level must be known before the next one refers to it
        same = [area for area in fresh if area.level == level_now]
        for at in range(0, len(same), BATCH):
            some = same[at : at + BATCH]
            for area in some:
                area.parent = area.parent  # picks up the parent's new id
            Area.objects.bulk_create(some)
            done += len(some)
            if progress is not None:
                progress(done, len(fresh))
    Area.objects.bulk_update(renamed, ["name", "changed_at"], batch_size=BATCH)
    if loaded.added or loaded.changed:
        event = events.DivisionsLoaded(wanted, loaded.added, loaded.changed)
        record(event, subject="area", by=by.actor)
    return loaded


def _last_numbers() -> dict[str, int]:
    """The highest number in use below each path."""
    last: dict[str, int] = {}
    for path in Area.objects.values_list("path", flat=True).iterator(chunk_size=5000):
        above, _dot, number = path[:-1].rpartition(".")
        above = above + "." if above else ""
        last[above] = max(last.get(above, 0), int(number))
    return last


def _take(last: dict[str, int], above: str) -> str:
    last[above] = last.get(above, 0) + 1
    return f"{above}{last[above]:04d}."
