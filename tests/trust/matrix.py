"""The access matrix: every address, method, role and relation is asked for as the table says.

`access.yaml` states it; `posts.py` says who asks; here is what they ask for, how it is asked, and
which answer the table wants. A cell is one question: this post, this method, this address, about a
case that stands so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lianxin.cases.policy import READERS
from lianxin.kernel import clock
from tests.trust.access_table import (
    ABSENT,
    ASK_CODE,
    CLOSED,
    NO_METHOD,
    OPEN,
    OWNER,
    REFUSED,
    SECOND_STEP,
    SIGN_IN,
    UNNAMED,
    WITHOUT_KEY,
    Line,
    table,
    wanted,
)
from tests.trust.access_town import SITUATIONS, Town, act_of
from tests.trust.posts import (
    HELPER,
    HOLDER,
    KEPT,
    NOBODY,
    OTHER_HOLDER,
    PLACES,
    WRITING_HELPER,
    Post,
)
from tests.trust.worlds import SAME

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
STATUS = {CLOSED: 404, REFUSED: 403, NO_METHOD: 405, UNNAMED: 401, WITHOUT_KEY: 400}
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
KEPT_ANYWAY = ("django_session", "cases_reading", "lianxin_cache")
"""Tables a look may write to: when somebody clicked, that they read a case, how often one tries."""


def routes(
    patterns: Sequence[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Every address of the product as it stands in the resolver, with its name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern.name or ""


NOWHERE = {
    "number": "K0000000000",
    "name": uuid.UUID("c0ffee00-beef-4bad-9bad-deadbeefcafe"),
    "pk": 10**7,
    "code": "ZZZZZZ",
}


@dataclass(frozen=True)
class Answer:
    """What came back, and what it cost."""

    status: int
    to: str
    body: bytes
    queries: int
    writes: tuple[str, ...]


@dataclass
class Asking:
    """A browser that is a different person each time, and leaves nothing behind."""

    town: Town
    client: Client = field(default_factory=Client)
    # However long it takes: last steps stay fresh, and no click is noted a minute later.
    moment: datetime = field(default_factory=clock.now)
    asked: int = 0
    nothing: dict[tuple[Post, str, str, str], Answer] = field(default_factory=dict)

    def ask(self, post: Post, method: str, path: str, situation: str = "", **data: str) -> Answer:
        """Ask, and undo what it did."""
        town = self.town
        self.client.cookies.clear()
        slips = post.cookies(
            town.concerns[situation], town.concerns["other"], town.helpers[situation]
        )
        for name, value in slips.items():
            self.client.cookies[name] = value
        self.asked += 1
        seen: list[str] = []
        writes: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            found = execute(sql, params, many, context)
            seen.append(sql)
            changed = sql.startswith(WRITES) and context["cursor"].rowcount != 0
            if changed and not any(table in sql for table in KEPT_ANYWAY):
                writes.append(sql)
            return found

        point = transaction.savepoint()
        try:
            with connection.execute_wrapper(note), clock.at(self.moment):
                answer = self._send(method, path, data, part=bool(situation and post.place))
                body = _body(answer)
        finally:
            transaction.savepoint_rollback(point)
        queries = sum(not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in seen)
        status, to = answer.status_code, answer.headers.get("Location", "")
        if led := answer.headers.get("HX-Redirect", ""):
            status, to = 302, led
        return Answer(status, to, body, queries, tuple(writes))

    def absent(self, post: Post, method: str, path: str, situation: str) -> Answer:
        """The answer for something that is not there; for staff the same whatever the case."""
        key = (post, method, path, "" if post.place else situation)
        if key not in self.nothing:
            self.nothing[key] = self.ask(post, method, path, situation)
        return self.nothing[key]

    def _send(
        self, method: str, path: str, data: dict[str, str], *, part: bool
    ) -> HttpResponseBase:
        # A part is drawn in a third of the time of its page, and is no less closed.
        headers = {"HX-Request": "true"} if part else {}
        if method == "POST":
            return self.client.post(path, data, headers=headers)
        found: HttpResponseBase = self.client.generic(method, path, headers=headers)
        return found


def _body(answer: Any) -> bytes:
    """What can be read, without what is new each time."""
    body: bytes = answer.getvalue()
    for pattern, word in SAME:
        body = pattern.sub(word, body)
    return body


@dataclass(frozen=True)
class Cell:
    """One question, and the answer the table wants."""

    line: Line
    name: str
    post: Post
    method: str
    situation: str
    want: str

    def __str__(self) -> str:
        where = f" ({self.situation})" if self.situation else ""
        return f"{self.method} /{self.line.route}{where} by {self.post}: {self.want}"


ACT = "desk/cases/<str:number>/do/<slug:act>/"
THINGS = ("own", "people", "case")
LEAD = {SIGN_IN: "/account/login/", SECOND_STEP: "/account/second/", ASK_CODE: "/track/"}
FINE = {"GET": {200}, "HEAD": {200}, "OPTIONS": {200}, "POST": {200, 302, 303, 409, 422}}


def cells(town: Town, methods: Sequence[str] = METHODS) -> Iterator[Cell]:
    """The whole product: every address, method, situation and post."""
    for route, name in routes():
        line = table().lines[route]
        for situation in SITUATIONS if line.section == "case" else ("",):
            for post in town.posts.everybody:
                for method in methods:
                    want = wanted(line, post, method, situation)
                    yield Cell(line, name, post, method, situation, want)


def short(cell: Cell) -> bool:
    """Whether a cell is asked in `make test`: where something opens, or is closed for one reason.

    Left to the campaign are doors that are closed twice (a role that never sees a case, at a place
    where nobody does), most of the other methods, and open pages for one more role.
    """
    post, method, section = cell.post, cell.method, cell.line.section
    plain, owner = not post.place, (post.role, post.place) == OWNER
    if method not in ("GET", "POST"):
        return (owner or post.role == NOBODY) and cell.situation in ("", "handled")
    if plain or owner:
        return method == "GET" or cell.situation in ("", "handled")
    if section == "own":
        return post.place == "colleague"
    if section == "staff":
        return post.place == "above" and (cell.want != CLOSED or method == "GET")
    if section == "people":
        allowed = {role for role, _place in table().posts(cell.line.said["open"])}
        return post.role in allowed and post.place in (*PLACES, KEPT[1])
    return section == "case" and _one_reason(cell)


def _one_reason(cell: Cell) -> bool:
    """Of an address of a case: it opens, or would for another place or without the conflict."""
    post, sight = cell.post, table().sight[cell.situation]
    handled = cell.situation == "handled"
    if cell.name != "case":
        if cell.method == "POST":
            return handled and post.place in ("unit", "desk", "beside") and post.role in READERS
        if cell.name == "case_contact" and post.place == "above":
            return False  # It looks up every second person there could be: hundreds of them here.
        if cell.want in (OPEN, REFUSED):
            return post.place != "colleague" and (handled or cell.want == OPEN)
        return handled and post.role in READERS and post.place in ("beside", KEPT[1])
    if cell.method == "POST" or (cell.want == CLOSED and cell.situation == "in confidence"):
        return False
    if post.place in KEPT:
        return (post.role, "above") in sight
    return post.role in READERS or post.place == "above"


def seen(cell: Cell) -> bool:
    """Whether the post sees the case of an act: then the policy decides, not the sight."""
    return cell.want in (OPEN, REFUSED) and cell.post.place != "colleague"


def act_cells(town: Town) -> Iterator[Cell]:
    """Every act with every post, the form and the sending of it."""
    line = table().lines[ACT]
    for situation, sight in town.sights.items():
        for post in town.posts.everybody:
            for method in ("GET", "POST"):
                want = wanted(line, post, method, sight, act=act_of(situation))
                yield Cell(line, "case_act", post, method, situation, want)


def deed_faults(asking: Asking) -> Iterator[str]:
    """Every deed of a resident, asked for by all who need no role, and by one with a role."""
    owner = asking.town.posts.at(*OWNER)
    for deed, said in [*table().deeds.items(), ("nothing-such", ())]:
        for post in [*(one for one in asking.town.posts.everybody if not one.place), owner]:
            # Another's code opens another's case, which waits at the desk.
            if post.role == OTHER_HOLDER:
                continue
            may = bool(said) and post.role == HOLDER
            may = may or (post.role == WRITING_HELPER and "helper" in said)
            for method in ("GET", "POST"):
                path = reverse("track_act", kwargs={"act": deed})
                answer = asking.ask(post, method, path)
                if may and said[0] == "now":
                    fine = answer.status == 200 or (method == "POST" and answer.status == 303)
                elif may:
                    fine = (answer.status, answer.to) == (302, "/track/case/")
                elif post.role in (HOLDER, HELPER, WRITING_HELPER):
                    fine = answer.status == 404
                else:
                    fine = (answer.status, answer.to) == (302, "/track/")
                if not fine or (answer.writes and not (may and said[0] == "now")):
                    yield f"{method} {path} by {post}: {answer.status} {answer.to} {answer.writes}"


def fault(asking: Asking, cell: Cell) -> str:
    """Ask for one cell: what is not as the table says; empty when all is."""
    town = asking.town
    path = town.path(cell.name, cell.situation)
    answer = asking.ask(cell.post, cell.method, path, cell.situation)
    wrong = _wrong(cell, answer) or _told(town, cell, answer)
    if not wrong and cell.want in (CLOSED, ABSENT) and cell.line.section in THINGS:
        wrong = _unlike(asking, cell, answer)
    return f"{cell}, and it is: {wrong}" if wrong else ""


def _wrong(cell: Cell, answer: Answer) -> str:
    status, to = answer.status, answer.to
    shown = f"{status} {to}".strip()
    if cell.want in LEAD:
        fine = status == 302 and to.startswith(LEAD[cell.want])
    elif cell.want == OPEN:
        return "" if _opens(cell, status, to) else shown
    elif cell.want == ABSENT:
        fine = status < 400 or status == 404
    elif cell.want == NO_METHOD and "OPTIONS" in cell.line.methods:
        # A page of the library leads somewhere, or finds nothing, before it looks at the method.
        fine = status in (302, 404, 405)
    else:
        fine = status == STATUS[cell.want]
    if fine and answer.writes:
        return f"{shown}, but it writes: {answer.writes[0][:80]}"
    return "" if fine else shown


def _opens(cell: Cell, status: int, to: str) -> bool:
    if cell.line.section in ("everybody", "systems", "password"):
        # The library's own pages lead on; a page of one's own that is not there is a 404.
        return status in (200, 302, 303, 422, *[404] * (cell.line.section == "password"))
    if to.startswith(tuple(LEAD.values())) and not to.startswith("/track/case/"):
        return False
    return status in FINE[cell.method]


def _told(town: Town, cell: Cell, answer: Answer) -> str:
    """Whose code is another's, or who may not see it, never reads the number of this case."""
    number = town.concerns[cell.situation].number.encode()
    hidden = cell.post.role == OTHER_HOLDER or cell.want != OPEN
    hidden = hidden and cell.line.section != "case" and cell.want != REFUSED
    return "the number of the case is on the page" if hidden and number in answer.body else ""


def _unlike(asking: Asking, cell: Cell, answer: Answer) -> str:
    """How what is not theirs differs from what does not exist."""
    known = asking.town.things.get(f"{cell.situation} {cell.name}") or asking.town.things[cell.name]
    key = "number" if "number" in known else next(iter(known))
    path = asking.town.path(cell.name, cell.situation, **{key: NOWHERE[key]})
    absent = asking.absent(cell.post, cell.method, path, cell.situation)
    if (answer.status, answer.to) != (absent.status, absent.to):
        return f"{answer.status} {answer.to}, absent {absent.status} {absent.to}"
    if answer.body.replace(_own(asking, cell), b"") != absent.body.replace(path.encode(), b""):
        return f"{len(answer.body)} bytes, absent {len(absent.body)} bytes"
    if answer.queries != absent.queries:
        return f"{answer.queries} queries, absent {absent.queries}"
    return ""


def _own(asking: Asking, cell: Cell) -> bytes:
    return asking.town.path(cell.name, cell.situation).encode()
