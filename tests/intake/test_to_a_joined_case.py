"""Whatever somebody adds by whatever door lands where their concern now is; nothing opens again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from lianxin.access import SYSTEM, Refused
from lianxin.cases import actions as cases
from lianxin.cases import queries
from lianxin.cases.models import Case, Message
from lianxin.cases.queries import Filter
from lianxin.cases.states import ARCHIVE_AFTER, State
from lianxin.deadlines.actions import load_presets
from lianxin.intake.channels.email.receiving import receive
from lianxin.intake.channels.open311 import actions as open311
from lianxin.intake.models import Concern, MailThread
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.notices.models import Message as Notice
from tests.cast import Cast
from tests.intake.channels.email.conftest import door as door
from tests.intake.channels.email.mails import mail
from tests.intake.channels.open311.georeport import Caller
from tests.intake.channels.open311.test_updates import update
from tests.post import Postman
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
MORE = "又黑了一盏，就在校门口。"


def opened(walk: Walk) -> Client:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def by_web(cast: Cast) -> tuple[Walk, Callable[[], object]]:
    walk = begin(cast)
    return walk, lambda: opened(walk).post("/track/case/add/", {"words": MORE})


def by_message(cast: Cast) -> tuple[Walk, Callable[[], object]]:
    walk = begin(cast)
    return walk, lambda: opened(walk).post("/track/case/write/", {"text": MORE})


def by_mail(cast: Cast) -> tuple[Walk, Callable[[], object]]:
    receive(mail().as_bytes())
    outbox.drain()
    to = f"lianxin+{MailThread.objects.get().token}@town.example"
    walk = Walk(cast, Concern.objects.get(channel="email").number, "")
    return walk, lambda: receive(mail(MORE, to=to).as_bytes())


def by_open311(cast: Cast) -> tuple[Walk, Callable[[], object]]:
    caller = Caller(open311.make_key("随手拍", by=SYSTEM)[1])
    number = caller.file()["service_request_id"]
    outbox.drain()
    said = update(number, description=MORE)
    return Walk(cast, number, ""), lambda: caller.post("servicerequestupdates.json", said)


DOORS = [by_web, by_message, by_mail, by_open311]


@pytest.fixture
def first(cast: Cast, door: Postman) -> Walk:
    """A case that others join."""
    load_presets()
    walk = begin(cast)
    walk.until("handling")
    return walk


def join(child: Walk, parent: Walk) -> None:
    child.sort()
    cases.merge_case(child.case, parent=parent.case, by=parent.viewer("dispatcher"))
    outbox.drain()
    Notice.objects.all().delete()


def page_of(walk: Walk) -> str:
    return walk.cast.client(walk.cast.handler).get(f"/desk/cases/{walk.number}/").content.decode()


@pytest.mark.parametrize("come", DOORS)
@pytest.mark.parametrize("state", ["handling", "awaiting_info", "closed"])
def test_it_lands_where_the_concern_is_now(
    first: Walk, come: Callable[[Cast], tuple[Walk, Callable[[], object]]], state: str
) -> None:
    child, say = come(first.cast)
    join(child, first)
    if state == "awaiting_info":
        cases.ask_info(first.case, text="哪一盏？", by=first.viewer("handler"))
    elif state == "closed":
        for step in (first.contact, first.submit, first.approve, first.rate):
            step()
    outbox.drain()
    Notice.objects.all().delete()
    say()
    outbox.drain()
    assert MORE in page_of(first)
    told = Notice.objects.get(recipient=first.cast.handler)
    assert told.link == f"/desk/cases/{first.number}/"
    after = State.CLOSED if state == "closed" else State.HANDLING
    assert (first.case.state, child.case.state) == (after, State.MERGED), "nothing opens again"


def test_a_message_is_seen_answered_and_read(first: Walk) -> None:
    child, say = by_message(first.cast)
    join(child, first)
    handler = first.viewer("handler")
    assert first.case.pk not in queries.written_to(handler, [first.case.pk])
    say()
    assert queries.written_to(handler, [first.case.pk]) == {first.case.pk}
    page = queries.worklist(handler, Filter(tab="all", light="message"))
    assert [case.pk for case in page.cases] == [first.case.pk]
    client = first.cast.client(first.cast.handler)
    answer = client.post(
        f"/desk/cases/{first.number}/do/write/", {"to": child.number, "text": "第七盏吗？"}
    )
    assert answer.status_code == 303
    assert Message.objects.get(words="第七盏吗？").case == child.case
    assert "第七盏吗？" in opened(child).get("/track/case/").content.decode()
    assert "第七盏吗？" not in opened(first).get("/track/case/").content.decode()
    assert queries.written_to(handler, [first.case.pk]) == set()
    opened(child).post("/track/case/write/", {"text": "是的。"})
    client.post(f"/desk/cases/{first.number}/do/noted/")
    assert queries.written_to(handler, [first.case.pk]) == set()


def test_nobody_else_writes_to_whoever_was_joined(first: Walk) -> None:
    child, _say = by_message(first.cast)
    join(child, first)
    for name in ("handler_of_other_unit", "auditor", "no_role"):
        with pytest.raises(Refused):
            cases.write_message(child.case, words="喂？", by=first.viewer(name))
    stranger = begin(first.cast)
    client = first.cast.client(first.cast.handler)
    client.post(
        f"/desk/cases/{first.number}/do/write/", {"to": stranger.number, "text": "写错人了"}
    )
    assert not Message.objects.exists()


def test_what_was_joined_is_archived_with_what_it_follows(first: Walk) -> None:
    child, _say = by_message(first.cast)
    join(child, first)
    with clock.at(clock.now() + ARCHIVE_AFTER + timedelta(days=1)):
        cases.archive_old()
        assert child.case.state == State.MERGED
        Case.objects.filter(pk=first.case.pk).update(state=State.ARCHIVED)
        cases.archive_old()
        assert child.case.state == State.ARCHIVED
        opened(child).post("/track/case/add/", {"words": MORE})
        assert not child.case.concern.additions.exists()


def test_the_page_asks_no_more_the_more_have_joined(first: Walk) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = first.cast.client(first.cast.handler)
    counts = []
    for _ in range(3):
        child, say = by_message(first.cast)
        join(child, first)
        say()
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/desk/cases/{first.number}/")
        counts.append(len(asked))
    assert counts[2] <= counts[1]


@pytest.mark.parametrize("by", [by_web, by_message])
def test_what_names_a_colleague_is_for_the_desk(
    first: Walk, by: Callable[[Cast], tuple[Walk, Callable[[], object]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(globals(), "MORE", "经办人张三收了老板的红包。")
    other, more = by(first.cast)
    join(other, first)
    Notice.objects.all().delete()
    more()
    outbox.drain()
    told = set(Notice.objects.values_list("recipient__username", flat=True))
    assert "handler" not in told and "dispatcher" in told
    path = f"/desk/cases/{first.number}/"
    assert "红包" not in first.cast.client(first.cast.handler).get(path).content.decode()
    assert "红包" in first.cast.client(first.cast.dispatcher).get(path).content.decode()
