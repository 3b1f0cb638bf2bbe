"""Which communities a text names, as it is being typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from lianxin.kernel import words
from lianxin.people.models import Area, Level

_BARE = ("居民委员会", "村民委员会", "居委会", "村委会", "社区", "村", "小区")
LEVELS = (Level.COMMUNITY, Level.ESTATE, Level.ROAD)


class _Name(NamedTuple):
    """A name as it is looked for, how long it is, and the community it leads to."""

    folded: str
    length: int
    community: int


_Names = Mapping[str, Sequence[_Name]]
"""All names, by the two characters they begin with."""
_known: list[tuple[object, _Names]] = []
_lock = Lock()


def communities_in(text: str, limit: int = 3) -> list[Area]:
    """The communities a text names, by themselves or by an estate or a road in them.

    The longest name first: 东关新村 is not 东关. People leave off what sort of place it is. It is
    asked at every pause in typing: two small queries, however many places there are.
    """
    said = words.fold(text)
    if not said:
        return []
    names, found = _names(), dict[int, int]()
    for at in range(len(said) - 1):
        for name in names.get(said[at : at + 2], ()):
            if name.length > found.get(name.community, 0) and said.startswith(name.folded, at):
                found[name.community] = name.length
    if not found:
        return []
    areas = Area.objects.filter(level=Level.COMMUNITY).in_bulk(list(found))
    return sorted(areas.values(), key=lambda area: (-found[area.pk], area.pk))[:limit]


def _names() -> _Names:
    """The names of places, read again when one was added or renamed."""
    newest = Area.objects.order_by("-changed_at", "-pk").values_list("changed_at", "pk", "path")
    stamp = newest.first()
    with _lock:
        if _known and _known[0][0] == stamp:
            return _known[0][1]
    fresh: dict[str, list[_Name]] = {}
    rows = Area.objects.filter(level__in=LEVELS)
    for pk, parent, level, name in rows.values_list("pk", "parent_id", "level", "name"):
        community = pk if level == Level.COMMUNITY else parent
        bare = next((name.removesuffix(end) for end in _BARE if name.endswith(end)), name)
        for one in {name, bare}:
            folded = words.fold(one)
            if community and len(one) > 1 and len(folded) > 1:
                fresh.setdefault(folded[:2], []).append(_Name(folded, len(one), community))
    with _lock:
        _known[:] = [(stamp, fresh)]
    return fresh
