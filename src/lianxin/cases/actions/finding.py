"""What a concern's words say about who must not see it first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianxin.cases.models import Ground
from lianxin.intake import queries as intake
from lianxin.people import queries as people
from lianxin.sorting import queries as sorting

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


@dataclass(frozen=True)
class Finding:
    """Whether the words speak of conduct, and whom they name: ``("unit" | "user", id, ground)``."""

    conduct: bool
    named: tuple[tuple[str, int, Ground], ...]

    @property
    def holds(self) -> bool:
        """Whether a dispatcher must look before anybody else does."""
        return self.conduct or bool(self.named)


def read(concerns: Sequence[Concern], desks: Mapping[int | None, str]) -> list[Finding]:
    """Read the concerns; ``desks``: for each area the path of the desk that would get it.

    A member of staff who is named always holds a concern. A unit does when the words are about
    conduct, or when the desk itself belongs to it; a unit called like its place only when they are
    about conduct: everybody names the place. A few queries for any number of concerns.
    """
    if not concerns:
        return []
    added = intake.added_texts([row.pk for row in concerns])  # the rest of a long mail
    texts = [
        "\n".join((row.title, row.words, row.wish, row.place, *added.get(row.pk, ())))
        for row in concerns
    ]
    conduct = [
        row.about_official or told
        for row, told in zip(concerns, sorting.speaks_of_conduct(texts), strict=True)
    ]
    names = people.names()
    bearers = [names.mentioned(text) for text in texts]
    by_kind = {
        kind: {bearer.pk for found in bearers for bearer in found if bearer.kind == kind}
        for kind in ("unit", "interest")
    }
    paths = people.unit_paths(by_kind["unit"])
    declarers = people.declarers(by_kind["interest"])
    findings = []
    for concern, about_conduct, found in zip(concerns, conduct, bearers, strict=True):
        desk = desks.get(concern.area_id, "")
        meant = _meant({b.pk: paths[b.pk] for b in found if b.kind == "unit"})
        named: set[tuple[str, int, Ground]] = set()
        for bearer in found:
            match bearer.kind:
                case "user":
                    named.add(("user", bearer.pk, Ground.ABOUT))
                case "interest":
                    named.add(("user", declarers[bearer.pk], Ground.INTEREST))
                case "unit" if bearer.pk in meant and (
                    (about_conduct and not (bearer.place and _is_root(paths[bearer.pk])))
                    or (not bearer.place and desk.startswith(paths[bearer.pk]))
                ):
                    named.add(("unit", bearer.pk, Ground.ABOUT))
        findings.append(Finding(about_conduct, tuple(sorted(named))))
    return findings


def _meant(paths: Mapping[int, str]) -> set[int]:
    """The lowest of the units that are named: 清河县城关镇东关社区 means the community."""
    return {
        pk
        for pk, path in paths.items()
        if not any(other != path and other.startswith(path) for other in paths.values())
    }


def _is_root(path: str) -> bool:
    """Whether nothing lies above: the name of the whole place says nothing about whom it means."""
    return path.count(".") == 1


def names_staff(texts: Sequence[str]) -> list[bool]:
    """Whether each of these texts names a member of staff, or speaks of conduct.

    Then the desk reads it first: the office may be the one that it is about.
    """
    names = people.names()
    conduct = sorting.speaks_of_conduct(texts)
    return [
        about or any(bearer.kind != "unit" for bearer in names.mentioned(text))
        for text, about in zip(texts, conduct, strict=True)
    ]
