"""What may be filed and read here by other systems: categories of the public space, with questions.

The data is `data/services.yaml`. Names and questions are in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.utils.translation import get_language

from lianxin.sorting.models import Category, Service

MOST_KEYWORDS = 12


@dataclass(frozen=True)
class Question:
    """One thing that is asked with a concern, as Open311 calls it an attribute.

    ``variable``: it is asked; else it is only told. ``values``: what can be chosen, name by key.
    """

    code: str
    datatype: str
    required: bool
    variable: bool
    text: str
    hint: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Offer:
    """A category other systems may use, under the code that never changes."""

    code: str
    category_id: int
    name: str
    text: str
    group: str
    keywords: tuple[str, ...]
    questions: tuple[Question, ...]


def offers() -> dict[str, Offer]:
    """All of them by code, in the order of the tree; remembered for a minute in this process."""
    name = f"sorting.offers.{get_language()}"
    found: dict[str, Offer] | None = caches["local"].get(name)
    if found is None:
        found = _read()
        caches["local"].set(name, found, 60)
    return found


def _read() -> dict[str, Offer]:
    rows = Service.objects.filter(active=True, category__active=True, category__sealed=False)
    found = rows.select_related("category").order_by("category__position", "category__code")
    groups = {row.code: row for row in Category.objects.exclude(code__contains=".").only(
        "code", "name", "name_en")}  # fmt: skip
    return {row.category.code: _offer(row, groups) for row in found}


def _offer(row: Service, groups: Mapping[str, Category]) -> Offer:
    category = row.category
    group = groups.get(category.code.partition(".")[0])
    english = get_language() == "en"
    return Offer(
        code=category.code,
        category_id=category.pk,
        name=category.label,
        text=row.text_en if english and row.text_en else row.text,
        group=group.label if group else "",
        keywords=tuple(category.hints[:MOST_KEYWORDS]),
        questions=tuple(_question(said, english=english) for said in row.attributes),
    )


def _question(said: Mapping[str, Any], *, english: bool) -> Question:
    language = "en" if english else "zh_Hans"
    return Question(
        code=said["code"],
        datatype=said["datatype"],
        required=said.get("required", False),
        variable=said.get("variable", True),
        text=said["ask"][language],
        hint=said.get("hint", {}).get(language, ""),
        values={value["key"]: value[language] for value in said.get("values", ())},
    )
