"""Take over concerns from a spreadsheet: rows become the same acts as the form's.

Nothing about a person is linked across concerns: a column that says which account wrote a message
is never read, and name and number only when somebody asks for those columns by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake.actions.filing import NewConcern, check, file_concerns
from lianxin.intake.choices import Channel, Identity
from lianxin.kernel import words
from lianxin.kernel.dates import read_moment
from lianxin.kernel.problems import Problem
from lianxin.kernel.sheets import Row
from lianxin.people import queries as people
from lianxin.people.sheets import Columns, RowProblem, columns_in, fault_of

BATCH = 500
COLUMNS: Columns = {
    "words": (
        "留言详情", "留言内容", "诉求内容", "反映内容", "工单内容", "问题描述", "详情", "内容",
        "留言詳情", "訴求內容", "內容", "words", "body", "content", "text", "message", "details",
    ),
    "title": ("留言主题", "诉求标题", "工单标题", "主题", "标题", "留言主題", "主題", "標題",
              "title", "subject"),
    "received": (
        "留言时间", "反映时间", "来电时间", "受理时间", "登记时间", "诉求时间", "时间", "日期",
        "留言時間", "時間", "received", "received at", "date", "time",
    ),
    "id": ("留言编号", "工单编号", "受理编号", "诉求编号", "编号", "留言編號", "編號",
           "id", "number", "message id"),
    "wish": ("期望", "诉求目的", "希望", "wish"),
    "place": ("地点", "地址", "事发地点", "诉求地点", "地點", "place", "address", "location"),
}  # fmt: skip
"""Our fields and the column names each is known by."""
PERSONAL = ("name", "phone")
"""Fields that are read only when asked for: they are sealed as they come in."""
FIELDS = (*COLUMNS, *PERSONAL)
NEVER = frozenset({"留言用户", "留言用戶", "用户", "userid"})
"""Columns that say who wrote several messages. Nobody may ask for them."""


@dataclass(frozen=True)
class Plan:
    """How a sheet is read: where each field stands, and under which name its rows are known."""

    source: str
    columns: Mapping[str, str]
    identity: str = Identity.CONFIDENTIAL
    by_id: int | None = None

    def column(self, name: str) -> str:
        """What the sheet calls the column of a field of a concern."""
        return self.columns.get("received" if name == "received_at" else name, "")


@dataclass(slots=True)
class Imported:
    """What became of the rows."""

    added: int = 0
    already: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many rows stayed out."""
        return len({problem.line for problem in self.problems})


def plan(
    first: Row, *, source: str, chosen: Mapping[str, str], identity: str,
    by_id: int | None = None, guess: bool = True,
) -> Plan:  # fmt: skip
    """Find the columns: those chosen, then those with a known name. Problem when words are missing.

    ``chosen`` gives the sheet's own column name for a field, ``by_id`` who takes the rows over.
    Without ``guess`` no column is read that was not chosen.
    """
    plain = {_plain(name): name for name in first.values}
    columns = {}
    for ours, theirs in chosen.items():
        if ours not in FIELDS:
            raise Problem(
                _("There is no field %(name)s. There are: %(known)s.")
                % {"name": ours, "known": ", ".join(FIELDS)}
            )
        if _plain(theirs) in NEVER:
            raise Problem(
                _("The column %(name)s is never taken over: it would link what one person said.")
                % {"name": theirs}
            )
        if _plain(theirs) not in plain:
            raise Problem(_not_there(theirs, first))
        columns[ours] = plain[_plain(theirs)]
    taken = set(columns.values())
    for ours, theirs in columns_in(first, COLUMNS).items() if guess else ():
        if ours not in columns and theirs not in taken:
            columns[ours] = theirs
    if "words" not in columns:
        raise Problem(
            _("Which column holds the words? There are: %(names)s.")
            % {"names": "、".join(first.values)},
            "words",
        )
    return Plan(source, columns, identity, by_id)


def _plain(name: str) -> str:
    return words.fold(name).replace(" ", "").replace("_", "")


def _not_there(name: str, first: Row) -> str:
    return _("The sheet has no column %(name)s. It has: %(names)s.") % {
        "name": name,
        "names": "、".join(first.values),
    }


def take_over(
    rows: Sequence[Row],
    how: Plan,
    *,
    by: Viewer,
    after: Callable[[int], None] | None = None,
    only_look: bool = False,
    into: Imported | None = None,
) -> Imported:
    """File the rows in batches, each whole in one transaction; bad rows are listed, not raised.

    ``after`` is told how many rows are done each time a batch is safe. A row that was taken over
    before counts as already there. ``only_look`` checks the rows and files nothing. ``into``
    keeps the counts where the caller can read them even when the work is broken off.
    """
    done = into if into is not None else Imported()
    reading = _Reading(how)
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        good = list(reading.concerns(some, done))
        if not only_look:
            _file(good, done, how, by)
        else:
            done.added += len(good)
        if after is not None:
            after(at + len(some))
    done.problems.sort(key=lambda problem: problem.line)
    return done


def _file(good: Sequence[tuple[Row, NewConcern]], done: Imported, how: Plan, by: Viewer) -> None:
    if not good:
        return
    receipts = file_concerns([new for _row, new in good], by=by)
    for (row, new), receipt in zip(good, receipts, strict=True):
        if receipt.fresh:
            done.added += 1
        elif receipt.concern.fingerprint == new.fingerprint() or not how.column("id"):
            done.already += 1
        else:
            done.problems.append(_used_before(row, how))


def _used_before(row: Row, how: Plan) -> RowProblem:
    return RowProblem(
        row.line, how.column("id"), _("Another message was taken over under this number.")
    )


class _Reading:
    """Rows into concerns; remembers what it has read, because a sheet may say one thing twice."""

    def __init__(self, how: Plan) -> None:
        self.how = how
        self.gazetteer = people.gazetteer()
        self.seen: dict[str, str] = {}

    def concerns(self, rows: Sequence[Row], done: Imported) -> Iterator[tuple[Row, NewConcern]]:
        for row in rows:
            try:
                new = self.concern(row)
                check(new)
            except Problem as problem:
                for name, messages in problem.messages.items():
                    column = self.how.column(name)
                    done.problems += [RowProblem(row.line, column, text) for text in messages]
                continue
            said = new.fingerprint()
            before = self.seen.setdefault(new.key, said)
            if before is said:
                yield row, new
            elif before == said:
                done.already += 1
            else:
                done.problems.append(_used_before(row, self.how))

    def concern(self, row: Row) -> NewConcern:
        """One row as a concern. Problem when it cannot be read."""
        fault = fault_of(row)
        if fault is not None:
            raise fault
        cut = [theirs for theirs in self.how.columns.values() if theirs in row.cut]
        if cut:
            raise Problem(
                _("This row has too few columns: %(names)s is missing.") % {"names": "、".join(cut)}
            )
        cell = {ours: row.values[theirs] for ours, theirs in self.how.columns.items()}
        if not cell["words"]:
            raise Problem(_("The message is empty."), "words")
        contact = {name: cell[name] for name in PERSONAL if cell.get(name)}
        place = self.gazetteer.find(cell.get("place", "")) or self.gazetteer.find(
            f"{cell.get('title', '')}\n{cell['words']}"
        )
        number = cell.get("id", "")
        return NewConcern(
            key=f"import:{self.how.source}:{number or _hash(cell)}",
            channel=Channel.SHEET,
            words=cell["words"],
            title=cell.get("title", ""),
            wish=cell.get("wish", ""),
            place=cell.get("place", ""),
            area_id=place.pk if place else None,
            identity=self.how.identity if contact else Identity.ANONYMOUS,
            contact=contact,
            received_at=_moment(cell["received"]) if "received" in cell else None,
            registered_by_id=self.how.by_id,
            source_ref=f"{self.how.source}:{number}" if number else self.how.source,
            held=False,
        )


def _hash(cell: Mapping[str, str]) -> str:
    # Without name and number: chosen the next time, they make no other message of it.
    said = {name: text for name, text in cell.items() if name not in PERSONAL}
    text = json.dumps(said, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(text: str) -> datetime:
    found = read_moment(text)
    if found is None:
        told = text[:40] or _("(empty)")
        raise Problem(_("This is not a date: %(text)s") % {"text": told}, "received")
    return found
