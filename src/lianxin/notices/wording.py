"""The words in which a unit tells residents of news: who may change them, and which ones count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lianxin.access import Viewer, require
from lianxin.journal.actions import record
from lianxin.kernel.problems import Problem
from lianxin.notices.events import Worded
from lianxin.notices.models import LANGUAGES as LANGUAGES
from lianxin.notices.models import Wording
from lianxin.people import policy, telling
from lianxin.people.queries import lineage
from lianxin.vault import templates
from lianxin.vault.choices import News, Way
from lianxin.vault.templates import Words

if TYPE_CHECKING:
    from lianxin.people.models import Unit

telling.tells(Worded, _("Notices to residents worded"))
WAYS = (Way.SMS, Way.EMAIL, Way.WECHAT)


@dataclass(frozen=True)
class Counting:
    """What goes out for a way and a language, and whose words they are; None: the product's."""

    way: Way
    language: str
    text: str
    unit: Unit | None
    own: bool


def word(unit: Unit, text: str, *, way: Way, language: str, by: Viewer) -> None:
    """Word what goes out for the cases of a unit and of those below it; empty: as from above.

    Raises Problem at `text`, and Refused for whoever does not administer the unit.
    """
    require(policy.may_manage_unit(by, unit.path))
    text = " ".join(text.split())
    if text and (wrong := templates.faults(Words(text, unit.name), way, language)):
        raise Problem.several({"text": wrong})
    with transaction.atomic():
        rows = Wording.objects.select_for_update().filter(unit=unit, way=way, language=language)
        if (before := rows.first()) is None and not text:
            return
        if before is not None and before.text == text:
            return
        if text:
            Wording.objects.update_or_create(
                unit=unit, way=way, language=language, defaults={"text": text}
            )
        else:
            rows.delete()
        record(Worded(way, language, text), subject=f"unit:{unit.pk}", by=by.actor)


def words_for(path: str, way: Way, language: str) -> Words | None:
    """The words of the unit at this path, else of the nearest above it, in this very language."""
    rows = Wording.objects.filter(unit__path__in=lineage([path]), way=way, language=language)
    # A path begins with those above it, so the last is the nearest.
    nearest = rows.select_related("unit").order_by("-unit__path").first()
    return Words(nearest.text, nearest.unit.name) if nearest else None


def counting(unit: Unit) -> list[Counting]:
    """What goes out for the cases of a unit, for each language and way. One query."""
    rows = Wording.objects.filter(unit__path__in=lineage([unit.path])).select_related("unit")
    nearest = {(row.way, row.language): row for row in rows.order_by("unit__path")}
    found = []
    for language, _name in LANGUAGES:
        for way in WAYS:
            row = nearest.get((way, language))
            text = row.text if row else product(language)
            own = row is not None and row.unit_id == unit.pk
            found.append(Counting(way, language, text, row.unit if row else None, own))
    return found


def product(language: str) -> str:
    """The product's own words as a unit would write them, to begin with."""
    with translation.override(language):
        return templates.product()


def preview(unit: Unit, text: str, *, way: Way, language: str) -> Sequence[str]:
    """How each kind of news would read. Raises Problem at `text`."""
    own = Words(" ".join(text.split()), unit.name)
    if wrong := templates.faults(own, way, language):
        raise Problem.several({"text": wrong})
    with translation.override(language):
        return [templates.fill(own, news, templates.SAMPLE) for news in reversed(list(News))]
