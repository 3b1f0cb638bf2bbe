"""Finding the members of staff and the units that a free text names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from lianxin.kernel.words import plain
from lianxin.people.gazetteer import ENDINGS
from lianxin.people.models import Area, Interest, Unit, User

SHORTEST_NAME, SHORTEST_UNIT = 2, 3


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who or what bears a name: ``user``, ``unit`` or the ``interest`` that declares it.

    ``place``: the unit is called as a place is, so that the name alone does not mean the unit.
    """

    kind: str
    pk: int
    place: bool = False


@dataclass(slots=True)
class Names:
    """The names of an installation, ready for finding them in text."""

    bearers: dict[str, set[Bearer]] = field(default_factory=lambda: defaultdict(set))
    lengths: set[int] = field(default_factory=set)

    def add(self, name: str, bearer: Bearer, shortest: int = SHORTEST_NAME) -> None:
        """Take a name in; one shorter than ``shortest`` would be found everywhere."""
        name = plain(name)
        if len(name) >= shortest:
            self.bearers[name].add(bearer)
            self.lengths.add(len(name))

    def mentioned(self, text: str) -> set[Bearer]:
        """Everybody and everything whose name stands somewhere in the text.

        A name within a longer word counts too: one too many only asks a person to look.
        """
        text = plain(text)
        found: set[Bearer] = set()
        for length in self.lengths:
            for at in range(len(text) - length + 1):
                found |= self.bearers.get(text[at : at + length], set())
        return found


def names() -> Names:
    """The names of today: people who may sign in, active units, declared interests.

    Three queries; take one for a whole batch of texts.
    """
    found = Names()
    for pk, name in User.objects.filter(is_active=True).values_list("pk", "name"):
        found.add(name, Bearer("user", pk))
    units = list(Unit.objects.filter(active=True).values_list("pk", "name", "short_name"))
    places = _places(name for _pk, *both in units for name in both)
    for pk, *both in units:
        for name in both:
            found.add(name, Bearer("unit", pk, plain(name) in places), SHORTEST_UNIT)
    declared = Interest.objects.filter(ended_at=None).exclude(name="")
    for pk, name in declared.values_list("pk", "name"):
        found.add(name, Bearer("interest", pk))
    return found


def _places(unit_names: Iterable[str]) -> set[str]:
    """Those of these names that a place bears too, with or without its ending."""
    wanted = {name for name in unit_names if name}
    spoken = wanted | {f"{name}{ending}" for name in wanted for ending in ENDINGS}
    known = set(Area.objects.filter(name__in=spoken).values_list("name", flat=True))
    return {
        plain(name)
        for name in wanted
        if name in known or any(f"{name}{ending}" in known for ending in ENDINGS)
    }
