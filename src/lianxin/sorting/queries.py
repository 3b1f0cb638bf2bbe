"""Reads for the sorter: the tree, suggestions, the catalogue, the same matter nearby."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.intake import queries as intake
from lianxin.kernel import clock
from lianxin.kernel.words import fold, plain
from lianxin.people import queries as people
from lianxin.sorting.kinds import GroundMove
from lianxin.sorting.models import Body, CatalogueItem, Category, CategorySet, Ground, Reason
from lianxin.sorting.offers import offers as offers

if TYPE_CHECKING:
    from lianxin.intake.models import Concern

SAME_MATTER_DAYS = 90
_ENOUGH_ALIKE = 0.12
_ALIKE_ELSEWHERE = 0.5


def categories() -> list[Category]:
    """The active tree, parents before children in the order of the data."""
    rows = list(Category.objects.filter(active=True))
    place = {row.code: row.position for row in rows}
    return sorted(rows, key=lambda row: [place.get(code, 0) for code in lineage(row.code)[::-1]])


def category(code: str) -> Category | None:
    """One active category by its code."""
    return Category.objects.filter(code=code, active=True).first()


def category_sets() -> list[CategorySet]:
    """The sets of names of other documents, each with the nodes they stand for."""
    return list(CategorySet.objects.prefetch_related("items__category").order_by("code"))


def lineage(code: str) -> list[str]:
    """A category code and its ancestors, nearest first: ``a.b`` gives ``[a.b, a]``."""
    parts = code.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


@dataclass(frozen=True)
class Suggestion:
    """A category that the words hint at, with the words that speak for it."""

    category: Category
    because: tuple[str, ...]


def suggest_categories(text: str, *, chosen: str = "", limit: int = 3) -> list[Suggestion]:
    """Leaves whose hint words occur in the text, the most and longest hints first.

    Before them the one that the sender has ``chosen``, by its code.
    """
    folded = fold(text)
    found = []
    for row in Category.objects.filter(active=True, code__contains="."):
        because = tuple(word for word in row.hints if fold(word) in folded)
        if because:
            found.append((sum(len(word) for word in because), Suggestion(row, because)))
    found.sort(key=lambda pair: (-pair[0], pair[1].category.code))
    hinted = [suggestion for _weight, suggestion in found if suggestion.category.code != chosen]
    said = category(chosen) if chosen else None
    first = [Suggestion(said, (_("chosen by the sender"),))] if said else []
    return [*first, *hinted][:limit]


@dataclass(frozen=True)
class Handled:
    """A sort of matter that words hint at, by which of them, and the unit it goes to."""

    category: Category
    because: tuple[str, ...]
    unit: str


def who_handles(text: str, area_id: int | None, *, limit: int = 2) -> list[Handled]:
    """What a text may be about and who handles that in an area; the unit is empty where none is."""
    found = []
    for hint in suggest_categories(text, limit=limit):
        line = catalogue_for(hint.category, area_id)
        found.append(Handled(hint.category, hint.because, line.unit.label if line else ""))
    return found


def speaks_of_conduct(texts: Sequence[str]) -> list[bool]:
    """Whether each text holds a word of the sealed lanes' first level. One query for all of them.

    It decides who may look first, never what the matter is.
    """
    rows = Category.objects.filter(active=True, sealed=True).exclude(code__contains=".")
    telling = [plain(word) for hints in rows.values_list("hints", flat=True) for word in hints]
    return [any(word in said for word in telling) for said in map(plain, texts)]


def catalogue_for(
    category: Category | None, area_id: int | None, on: date | None = None
) -> CatalogueItem | None:
    """The line of the dispatch catalogue for a category in an area, or None."""
    if category is None:
        return None
    on = on or clock.today()
    codes = lineage(category.code)
    areas = people.area_lineage(area_id) if area_id else []
    lines = (
        CatalogueItem.objects.filter(category__code__in=codes, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(Q(area__isnull=True) | Q(area__in=areas))
        .select_related("category", "unit", "leader")
        .prefetch_related("co_units")
    )
    return min(
        lines,
        key=lambda line: (
            codes.index(line.category.code),
            areas.index(line.area_id) if line.area_id else len(areas),
            -line.valid_from.toordinal(),
        ),
        default=None,
    )


def grounds(*moves: str) -> list[Ground]:
    """Grounds that lead to one of these moves, in their order."""
    return list(Ground.objects.filter(move__in=moves or GroundMove.values))


def ground(code: str) -> Ground | None:
    """One ground by its code."""
    return Ground.objects.filter(code=code).first()


def bodies() -> list[Body]:
    """The outside bodies something can be handed over to, in their order."""
    return list(Body.objects.filter(active=True))


def reasons(kind: str) -> list[tuple[str, str]]:
    """Choices ``(code, label)`` of the reasons of one kind."""
    return [(row.code, row.label) for row in Reason.objects.filter(kind=kind)]


def reason_label(kind: str, code: str) -> str:
    """The words for a reason code; the code itself when it is no longer in the data."""
    row = Reason.objects.filter(kind=kind, code=code).first()
    return row.label if row else code


@dataclass(frozen=True)
class Likeness:
    """Another concern that may be the same matter, with what the two have in common."""

    concern: Concern
    same_area: bool
    same_place: bool
    shared: float


def same_matter(
    concern: Concern, *, among: Iterable[int] | None = None, limit: int = 5
) -> list[Likeness]:
    """Recent concerns that may be the same matter: place first, then words.

    Two texts are compared by the share of character pairs they have in common (Jaccard). A like
    text about another place is shown only when it is very like, because the same words about two
    places are two matters.
    """
    since = concern.received_at - timedelta(days=SAME_MATTER_DAYS)
    mine = _pairs(concern.words)
    place = fold(concern.place)
    found = []
    for other in intake.recent_near(concern, since=since, among=among):
        shared = _jaccard(mine, _pairs(other.words))
        there = fold(other.place)
        same_place = bool(place and there) and (place in there or there in place)
        same_area = concern.area_id is not None and concern.area_id == other.area_id
        needed = (
            _ENOUGH_ALIKE / 2 if same_place else _ENOUGH_ALIKE if same_area else _ALIKE_ELSEWHERE
        )
        if shared >= needed:
            found.append(Likeness(other, same_area, same_place, shared))
    found.sort(key=lambda like: (-(like.same_place + like.shared), like.concern.pk))
    return found[:limit]


def _pairs(text: str) -> set[str]:
    folded = "".join(ch for ch in fold(text) if ch.isalnum())
    return {folded[i : i + 2] for i in range(len(folded) - 1)}


def _jaccard(one: set[str], other: set[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0


@dataclass(frozen=True)
class Branch:
    """A category with the catalogue lines in force, and the categories below it."""

    category: Category
    lines: list[CatalogueItem]
    parts: list[Branch]


def catalogue(on: date | None = None) -> list[Branch]:
    """The whole dispatch catalogue along the tree: the newest line in force for each area."""
    on = on or clock.today()
    rows = (
        CatalogueItem.objects.filter(valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("area", "unit", "leader")
        .prefetch_related("co_units")
        .order_by("area__path", "valid_from")
    )
    newest: dict[int, dict[int | None, CatalogueItem]] = {}
    for row in rows:
        newest.setdefault(row.category_id, {})[row.area_id] = row
    tops: dict[str, Branch] = {}
    for category in categories():
        branch = Branch(category, list(newest.get(category.pk, {}).values()), [])
        top, dot, _rest = category.code.partition(".")
        if dot and top in tops:
            tops[top].parts.append(branch)
        else:
            tops[category.code] = branch
    return list(tops.values())
