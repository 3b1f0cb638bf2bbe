"""Two worlds: the same town with and without a complaint about conduct (trust goal P5).

A scenario is drawn from a seed. It is lived twice, with the same clock and the same drawn numbers;
once somebody also files a complaint about an official or an office, and it goes some way. Then
whoever the complaint keeps away asks for every page they can reach in both worlds: each byte must
be the same.

What is not compared: the tokens of a form (new for each answer) and the proof of filing on a
resident's page, which counts all entries of the journal on purpose.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.core import mail
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.cases import actions as cases
from lianxin.cases import queries
from lianxin.cases.policy import keeps_away
from lianxin.intake import actions as intake
from lianxin.intake.actions import filing
from lianxin.intake.channels.api import actions as api
from lianxin.intake.channels.box import actions as boxes
from lianxin.journal import outbox, periodic
from lianxin.kernel import clock, ids
from lianxin.notices import actions as notices
from tests.cast import Cast
from tests.walk import Walk

if TYPE_CHECKING:
    from lianxin.intake.models import Box
    from lianxin.people.models import User

MOST_PAGES = 20
PARTS = {
    "leader": "周建国", "handler": "张三", "secretary": "马兰", "liaison": "赵敏",
    "leader_of_other_unit": "欧阳文", "dispatcher": "王五",
}  # fmt: skip
UNITS = {"housing": "住建局", "water": "供水公司", "education": "教育局", "desk": "信访局"}
ORDINARY = (
    "路灯坏了三天，晚上看不清路。",
    "小区门口的垃圾没人收，味道很大。",
    "自来水发黄，洗衣服都不行。",
    "楼道里堆满了杂物，电动车也停在里面。",
    "公交站牌倒了，老人不知道等哪一路。",
)  # fmt: skip
MISDEEDS = ("收了好处费才给办。", "把低保给了亲戚。", "骂人，还说告到哪里都没用。", "吃拿卡要。")
SAME = (
    (re.compile(rb'(name="(csrfmiddlewaretoken|key)" value|data-report)="[^"]+"'), b"token"),
    (re.compile(rb'"(X-CSRFToken|token)": ?"[^"]+"|csrf-token" content="[^"]+"'), b"token"),
    (re.compile(rb"\d+-[0-9A-F]{4}(-[0-9A-F]{4}){3}"), b"proof"),
)

Page = tuple[int, bytes, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Scenario:
    """One drawn life of the town: who is accused, how it shows, how far it goes."""

    seed: int
    part: str
    unit: str
    way: str
    reach: int
    place: int
    lives: tuple[tuple[str, int], ...]

    @property
    def words(self) -> str:
        """What the complaint says."""
        deed = MISDEEDS[self.seed % len(MISDEEDS)]
        if self.way == "later":
            return f"窗口排队要三个小时。{ORDINARY[self.seed % len(ORDINARY)]}"
        return f"{PARTS.get(self.part) or UNITS.get(self.unit)}{deed}"

    def party(self, cast: Cast) -> dict[str, int]:
        """Whom it is about, as the action wants it."""
        if self.part:
            return {"user_id": cast.staff[self.part].pk}
        return {"unit_id": getattr(cast, self.unit).pk}


def scenario(seed: int) -> Scenario:
    """The scenario of a seed."""
    draw = Random(seed)
    person = draw.random() < 0.5
    lives = tuple((draw.choice(ORDINARY), draw.randrange(9)) for _n in range(draw.randint(2, 4)))
    return Scenario(
        seed=seed,
        part=draw.choice(sorted(PARTS)) if person else "",
        unit="" if person else draw.choice(sorted(UNITS)),
        way=draw.choice(["tick", "words", "later"]),
        reach=draw.randrange(6),
        place=draw.randrange(len(lives) + 1),
        lives=lives,
    )


@contextmanager
def same_draws(tag: str) -> Iterator[None]:
    """Numbers and names drawn inside depend on the tag alone, not on what was drawn before."""
    draw = Random(tag)

    def number() -> str:
        body = "".join(draw.choices(ids.ALPHABET, k=ids.NUMBER_LENGTH - 1))
        return body + ids._check_char(body)

    def name() -> uuid.UUID:
        return uuid.UUID(int=draw.getrandbits(128), version=4)

    with (
        mock.patch.object(filing, "new_number", number),
        mock.patch.object(filing, "uuid", mock.Mock(uuid4=name, UUID=uuid.UUID)),
    ):
        yield


def file(cast: Cast, tag: str, words: str, *, box: Box | None = None, **changes: Any) -> Walk:
    """A concern filed on the web, or at the poster of a box, under a key and with its own draws."""
    with same_draws(tag):
        new = intake.NewConcern(
            key=tag, words=words, wish="早点解决", place="东关大街", identity="anonymous",
            area_id=cast.east_area.pk, **changes,
        )  # fmt: skip
        receipt = (
            boxes.file_scanned(box, new, by=ANONYMOUS)
            if box
            else intake.file_concern(new, by=ANONYMOUS)
        )
    outbox.drain()
    return Walk(cast, receipt.concern.number, receipt.code or "")


def live(walk: Walk, steps: int) -> None:
    """The usual way, some steps of it; where it is not the usual person's turn it stays."""
    way: list[Callable[[], object]] = [
        walk.sort, walk.dispatch, walk.sign, walk.start, walk.contact, walk.submit, walk.approve,
        walk.rate,
    ]  # fmt: skip
    for step in way[:steps]:
        step()
    outbox.drain()


def accuse(cast: Cast, plan: Scenario, box: Box) -> Walk:
    """The complaint, one in three at the poster of a box, and what is done about it."""
    walk = file(
        cast, f"{plan.seed}-conduct", plan.words, box=None if plan.seed % 3 else box,
        about_official=plan.way == "tick",
    )  # fmt: skip
    if plan.way == "later":
        live(walk, plan.reach)
        cases.name_party(
            walk.case, **plan.party(cast), reason="说的就是他们", by=cast.viewer(cast.supervisor)
        )
    outbox.drain()
    return walk


@contextmanager
def world(cast: Cast, plan: Scenario, *, accused: bool) -> Iterator[tuple[Walk | None, list[Walk]]]:
    """Live the scenario, the complaint in between the others; inside, it is some days later."""
    # The cast took up their posts today.
    moment = clock.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=1)
    walks, complaint = list[Walk](), None
    with mock.patch.object(boxes, "short_code", return_value="K7QX2M"), clock.at(moment):
        hangs = boxes.BoxFacts("东关市场", cast.east_area.pk, cast.east.pk)
        box = boxes.put_up(hangs, by=SYSTEM)
    for place in range(len(plan.lives) + 1):
        moment += timedelta(hours=3)
        with clock.at(moment):
            if place == plan.place and accused:
                complaint = accuse(cast, plan, box)
            if place < len(plan.lives):
                words, steps = plan.lives[place]
                walks.append(file(cast, f"{plan.seed}-{place}", words))
                live(walks[-1], steps)
    with clock.at(moment + timedelta(days=plan.seed % 20)):
        outbox.drain()
        periodic.run_due(clock.now())
        outbox.drain()
        yield complaint, walks


def addresses() -> list[str]:
    """Every address of the product that takes no arguments, but signing out."""
    found = []
    for name in {str(key) for key in get_resolver().reverse_dict if isinstance(key, str)}:
        # Setting up a second step shows a secret that is new each time.
        if "logout" in name or name.startswith("mfa_"):
            continue
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return sorted(found)


def crawl(client: Client, plan: Scenario, number: str) -> dict[str, Page]:
    """Every page somebody signed in can reach from the addresses they know or guess."""
    begin = addresses()
    begin += [f"/desk/?tab={tab}" for tab in queries.TABS]
    begin += [f"/desk/?tab=all&words={word}" for word in (plan.words[:6], "东关")]
    begin += [f"/open311/v2/{what}.json" for what in ("requests", "servicerequestupdates")]
    begin += [f"/open311/v2/requests/{number}.json"]
    begin += [f"/desk/search/?q={word}" for word in (plan.words[:4], "东关大街", number)]
    guessed = [f"/desk/cases/{number}/"]
    guessed += [f"/desk/cases/{number}/{rest}" for rest in ("contact/", "do/sort/", "do/seal/")]
    waiting, seen = [*begin, *guessed], dict[str, Page]()
    while waiting and len(seen) < MOST_PAGES + len(guessed) + len(begin):
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = client.get(path)
        seen[path] = page_of(answer)
        if answer.status_code == 200:
            links = re.findall(r'href="(/[^"#]*)"', answer.content.decode("utf-8", "replace"))
            waiting += sorted({link.replace("&amp;", "&") for link in links if useful(link)})
    for path in guessed:
        seen[f"POST {path}"] = page_of(client.post(path, {"reason": "x", "purpose": "看看"}))
    return seen


def by_token(person: User, number: str) -> dict[str, Page]:
    """What a program of theirs is told: the list, its cases, and the one they guess."""
    _client, token = api.make_token("看看", ["desk:read"], user_id=person.pk, by=SYSTEM)
    client = Client(headers={"authorization": f"Bearer {token}"})
    listed = client.get("/api/v1/cases")
    numbers = [case["number"] for case in listed.json()["cases"][:3]]
    told = [f"/api/v1/cases/{name}" for name in (*numbers, number, f"{number}/acts/sort")]
    return {"/api/v1/cases": page_of(listed)} | {path: page_of(client.get(path)) for path in told}


def useful(link: str) -> bool:
    """Whether a link leads to a page of the product that is worth a look here."""
    return not any(
        part in link for part in ("/static/", "logout", "/file/", "language", "/account/second/")
    )


def page_of(answer: Any) -> Page:
    """An answer without what is new each time."""
    body = answer.content
    for pattern, word in SAME:
        body = pattern.sub(word, body)
    # When an answer goes stale is told by the wall clock, which does not stand still here.
    new = ("Set-Cookie", "Expires")
    kept = tuple(pair for pair in sorted(answer.headers.items()) if pair[0] not in new)
    return answer.status_code, body, kept


def kept_away(cast: Cast, complaint: Walk) -> list[str]:
    """Whoever the complaint keeps away, by their part; by the rule as it should be."""
    holding = complaint.case.conflicts.exclude(standing="lifted")
    return [
        part
        for part, person in cast.staff.items()
        if holding.filter(keeps_away(cast.viewer(person))).exists()
    ]


def letters(person: User) -> list[tuple[str, str]]:
    """What the day's e-mail tells somebody."""
    mail.outbox = []
    notices.send_digests()
    notices.send_urgent()
    return [
        (str(message.subject), str(message.body))
        for message in mail.outbox
        if person.email and person.email in message.to
    ]


class Difference(Exception):  # noqa: N818 - reads as what was found
    """Something an excluded person can tell the two worlds apart by."""

    def __init__(self, plan: Scenario, part: str, where: str, how: str) -> None:
        super().__init__(f"{part} can tell by {where} in {plan}: {how}")


def first_difference(one: dict[str, Page], other: dict[str, Page], where: str) -> str:
    """Where two answers part, with some bytes around it, for whoever must mend it."""
    if where not in one or where not in other:
        return "one of the worlds has no way there"
    (status, body, kept), (status2, body2, kept2) = one[where], other[where]
    if (status, kept) != (status2, kept2):
        return f"{status} {kept} / {status2} {kept2}"
    at = next((n for n, pair in enumerate(zip(body, body2, strict=False)) if pair[0] != pair[1]), 0)
    cut = slice(max(at - 80, 0), at + 80)
    return f"{body[cut]!r} / {body2[cut]!r}"


def compare(cast: Cast, plan: Scenario) -> int:
    """Live both worlds and compare what one of the excluded, drawn, sees; answers compared.

    Raises `Difference`. Changes nothing: both worlds are rolled back.
    """
    seen: dict[bool, dict[str, Page]] = {}
    part = number = ""
    for accused in (True, False):
        # What a process keeps between requests must not reach from one world into the other.
        for cache in ("local", "default"):
            caches[cache].clear()
        point = transaction.savepoint()
        try:
            with world(cast, plan, accused=accused) as (complaint, _walks):
                if complaint is not None:
                    number = complaint.number
                    everybody = kept_away(cast, complaint)
                    part = Random(plan.seed).sample(everybody, 1)[0] if everybody else ""
                seen[accused] = look(cast, plan, part, number) if part else {}
        finally:
            transaction.savepoint_rollback(point)
    one, other = seen[True], seen[False]
    for where in sorted({*one, *other}):
        if one.get(where) != other.get(where):
            raise Difference(plan, part, where, first_difference(one, other, where))
    return len(one)


def look(cast: Cast, plan: Scenario, part: str, number: str) -> dict[str, Page]:
    """All one person can see: pages, and the day's e-mail."""
    person = cast.staff[part]
    person.email = f"{part}@example.org"
    type(person).objects.filter(pk=person.pk).update(email=person.email)
    pages = crawl(cast.client(person), plan, number) | by_token(person, number)
    pages["mail"] = (0, repr(letters(person)).encode(), ())
    return pages
