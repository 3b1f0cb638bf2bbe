"""Finding the places a free text names: the longest names first, within one part of the country."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock

from lianxin.kernel import words
from lianxin.people.models import Area, Unit

# Endings people leave out when they speak: 城关镇 is said 城关. Longest first.
ENDINGS = (
    "街道办事处",
    "街道",
    "社区",
    "小区",
    "村委会",
    "地区",
    "镇",
    "乡",
    "村",
    "区",
    "县",
    "市",
)
# Rows of the official list that are no names: nobody says them.
NAMELESS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@dataclass(frozen=True, slots=True)
class Place:
    """An area as the index keeps it."""

    pk: int
    name: str
    level: str
    path: str


@dataclass(slots=True)
class Gazetteer:
    """Names of areas, ready for finding them in text. Immutable once built; safe to share."""

    names: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    short: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    longest: dict[str, int] = field(default_factory=dict)
    """How long the names are at most that begin with these two letters."""

    def add(self, place: Place) -> None:
        name = words.fold(place.name)
        if len(name) < 2 or name in NAMELESS:
            return
        self.names[name].append(place)
        begin = name[:2]
        self.longest[begin] = max(self.longest.get(begin, 0), len(name))
        for ending in ENDINGS:
            rest = name.removesuffix(ending)
            if rest != name and len(rest) >= 2:
                self.short[rest].append(place)
                break

    def mentioned(self, text: str) -> list[list[Place]]:
        """For each name found, left to right, the places that bear it."""
        if not text or not self.longest:
            return []
        text = words.fold(text)
        found: list[list[Place]] = []
        after = 0
        for at in range(len(text) - 1):
            longest = self.longest.get(text[at : at + 2])
            if longest is None or at < after:
                continue
            for length in range(min(longest, len(text) - at), 1, -1):
                piece = text[at : at + length]
                bearers = self.names.get(piece) or self.short.get(piece)
                if bearers:
                    found.append(bearers)
                    after = at + length
                    break
        return found

    def find_all(self, text: str) -> list[Place]:
        """Every place the text surely means: one bearer of the name, or one below another place
        that the text names too. Deepest first."""
        found = self.mentioned(text)
        sure = [bearers[0] for bearers in found if len(bearers) == 1]
        for bearers in found:
            if len(bearers) > 1:
                below = [p for p in bearers if any(_inside(p, top) for top in sure)]
                # 海淀区 of a city and its namesake town: the larger one holds the other.
                tops = [p for p in bearers if all(p is q or _inside(q, p) for q in bearers)]
                for pick in (below, tops):
                    if len(pick) == 1:
                        sure.append(pick[0])
                        break
        unique = {place.pk: place for place in sure}
        return sorted(unique.values(), key=lambda place: -place.path.count("."))

    def find(self, text: str) -> Place | None:
        """The one smallest place the text means; ``None`` when it names none, or two apart."""
        found = self.find_all(text)
        if not found:
            return None
        best = found[0]
        if all(place is best or _inside(best, place) for place in found):
            return best
        # Two places apart: what both lie in is all that can be said, when the text names it.
        common = [p for p in found if all(p is q or _inside(q, p) for q in found)]
        return common[0] if common else None


def _inside(place: Place, top: Place) -> bool:
    return place.path != top.path and place.path.startswith(top.path)


_built: dict[str, tuple[tuple[object, ...], Gazetteer]] = {}
_lock = Lock()


def home_area() -> Area | None:
    """The area of the root unit: the county or city this installation serves."""
    tops = Unit.objects.filter(parent=None, active=True).exclude(area=None)
    found = list(tops.select_related("area").order_by("path")[:2])
    return found[0].area if len(found) == 1 else None


def gazetteer(within: str | None = None) -> Gazetteer:
    """The names below an area's path (default: of the home area), kept until an area changes.

    Take one for a whole import; asking for it costs two small queries.
    """
    if within is None:
        home = home_area()
        within = home.path if home else ""
    newest = Area.objects.order_by("-changed_at", "-pk").values_list("changed_at", "pk", "path")
    stamp = newest.first() or ()
    with _lock:
        known = _built.get(within)
        if known is not None and known[0] == stamp:
            return known[1]
    fresh = Gazetteer()
    rows = Area.objects.filter(path__startswith=within)
    for row in rows.values_list("pk", "name", "level", "path").iterator(chunk_size=5000):
        fresh.add(Place(*row))
    with _lock:
        if len(_built) >= 8:
            _built.clear()
        _built[within] = (stamp, fresh)
    return fresh


def areas_named(text: str, within: str | None = None) -> list[Area]:
    """All areas a free text surely means, smallest first."""
    found = gazetteer(within).find_all(text)
    rows = Area.objects.in_bulk([place.pk for place in found])
    return [rows[place.pk] for place in found if place.pk in rows]


def area_named(text: str, within: str | None = None) -> Area | None:
    """The smallest area a free text surely means, below ``within`` (default: the home area)."""
    place = gazetteer(within).find(text)
    return Area.objects.filter(pk=place.pk).first() if place else None
