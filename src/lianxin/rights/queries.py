"""Reads: which edition was in force when, how long something is kept, what is due to go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language

from lianxin.cases import queries as cases
from lianxin.intake import queries as intake
from lianxin.kernel import clock
from lianxin.rights import editions, policy, wording
from lianxin.rights.choices import Data, Text
from lianxin.rights.models import Edition
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import Kind
from lianxin.vault import queries as vault

if TYPE_CHECKING:
    from lianxin.cases.models import Case

AT_ONCE = 200


def in_force(text: str, on: date | None = None) -> Edition:
    """The edition in force on a day (default today).

    Before the first one was published it is what comes with the product, as number 0.
    """
    rows = Edition.objects.filter(text=text, valid_from__lte=on or clock.today())
    found = rows.order_by("-valid_from").first()
    return found or Edition(
        text=text, number=0, valid_from=clock.today(), content=editions.shipped(text)
    )


def shown_to(filed_at: datetime, text: str = Text.NOTICE) -> Edition:
    """The edition that somebody was shown who filed at this moment."""
    return in_force(text, filed_at.astimezone(clock.SHANGHAI).date())


def every_edition(text: str) -> list[Edition]:
    """All editions, the newest first."""
    return list(Edition.objects.filter(text=text).order_by("-valid_from"))


def edition(text: str, number: int) -> Edition | None:
    """One edition by its number."""
    return Edition.objects.filter(text=text, number=number).first()


def in_language(notice: Edition) -> dict[str, Any]:
    """The notice in the reader's language, else in Chinese: title and sections."""
    texts: dict[str, Any] = notice.content["texts"]
    found: dict[str, Any] = texts.get((get_language() or "").lower()) or texts["zh-hans"]
    return found


@dataclass(frozen=True)
class Kept:
    """How long one kind of data of a case is kept, and by which rule.

    ``until`` is None while nobody can name the day; ``held`` says what keeps it beyond that.
    """

    what: Data
    days: int
    basis: str
    source: str
    until: date | None
    held: policy.Hold | None

    @property
    def span(self) -> str:
        """How long, in words."""
        return wording.span(self.days)


def kept(case: Case | None, rules: Edition) -> dict[Data, Kept]:
    """For each kind of data how long it is kept, under these retention rules."""
    held = policy.hold(case)
    # The time for objecting runs out by itself, and long before: the day can be named.
    known = case is not None and held in (None, policy.Hold.APPEAL)
    ended = policy.ended_on(case) if case is not None and known else None
    found = {}
    for what in Data:
        rule = policy.rule_for(rules.content["rules"], what, case)
        until = ended + timedelta(days=rule["days"]) if ended else None
        found[what] = Kept(what, rule["days"], rule["basis"], rule["source"], until, held)
    return found


@dataclass(frozen=True)
class Period:
    """One rule of retention as people read it; ``only``: for which matters."""

    what: str
    only: str
    span: str


def periods(rules: Edition) -> list[Period]:
    """The rules as people read them, in the order in which they are asked."""
    found = []
    for rule in rules.content["rules"]:
        category = sorting.category(rule["category"]) if rule["category"] else None
        only = [
            str(Kind(rule["kind"]).label) if rule["kind"] else "",
            category.label if category else rule["category"],
        ]
        found.append(
            Period(
                str(Data(rule["what"]).label),
                ", ".join(filter(None, only)),
                wording.span(rule["days"]),
            )
        )
    return found


def due(what: Data, rules: Edition, on: date) -> Iterator[tuple[Case, Kept]]:
    """Cases that still have such data and whose time for it ends before a day.

    Also those that something holds; the caller looks at ``held``. Rule by rule, the longest ended
    first, read some at once.
    """
    every = rules.content["rules"]
    moment = clock.now() + (on - clock.today())
    for rule in every:
        if rule["what"] != what:
            continue
        ended = cases.ended_before(
            moment, rule["days"], kind=rule["kind"], category=rule["category"]
        )
        for case in cases.each_of(_having(what, ended), at_once=AT_ONCE):
            if policy.rule_for(every, what, case) is not rule:
                continue  # an earlier rule has it
            found = kept(case, rules)[what]
            if found.held is not None or (found.until is not None and found.until < on):
                yield case, found


def _having(what: Data, rows: QuerySet[Case]) -> QuerySet[Case]:
    match what:
        case Data.CONTACT:
            return rows.filter(Exists(vault.entries_of(OuterRef("concern__uuid"))))
        case Data.FILES:
            return rows.filter(Exists(intake.files_of(OuterRef("concern"))))
    return rows
