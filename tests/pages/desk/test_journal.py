"""A journal that is not as it was written: staff read, residents file, the auditor decides."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client

from lianxin.cases.models import Case
from lianxin.intake.models import Concern
from lianxin.journal import alarm, checkpoints, guards, outbox, tasks
from lianxin.journal.actions import record_many
from lianxin.journal.anchors import sending
from lianxin.journal.models import Delivery, Entry
from lianxin.kernel import clock
from lianxin.notices.models import Message
from lianxin.notices.tasks import send_urgent
from tests.cast import Cast
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
REASON = "昨晚恢复了备份，末尾三条在纸面记录上已补登。"
SORTING = {"kind": "complaint", "category": "roads.lights"}


def cut_the_tail() -> None:
    """As whoever owns the database."""
    tasks.write_checkpoint()
    sending.send()
    guards.remove(connection)
    last = Entry.objects.order_by("-seq")[0].seq
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_delivery WHERE entry_id = %s", [last])
        cursor.execute("DELETE FROM journal_entry WHERE seq = %s", [last])


@pytest.fixture
def walk(cast: Cast) -> Walk:
    return begin(cast)


@pytest.fixture
def broken(walk: Walk) -> Walk:
    cut_the_tail()
    tasks.verify()
    outbox.drain()
    assert alarm.is_on()
    return walk


def act(walk: Walk, client: Client) -> int:
    path = f"/desk/cases/{walk.number}/do/sort/"
    return int(client.post(path, SORTING).status_code)


def test_a_whole_journal_raises_no_alarm_and_the_check_is_on_the_record(walk: Walk) -> None:
    tasks.write_checkpoint()
    tasks.verify()
    assert not alarm.is_on()
    entry = alarm.last_verified()
    told = entry.event_object() if entry else None
    assert isinstance(told, alarm.Verified) and told.whole and told.entries > 5


def test_staff_cannot_change_anything_but_can_read(broken: Walk) -> None:
    client = broken.cast.client(broken.cast.dispatcher)
    answer = client.post(f"/desk/cases/{broken.number}/do/sort/", SORTING)
    assert answer.status_code == 503
    assert "现在不能改动" in answer.content.decode()
    assert broken.case.state == "registered"
    page = client.get(f"/desk/cases/{broken.number}/")
    assert page.status_code == 200
    assert "日志与当初写下的不一致" in page.content.decode()


def test_no_resident_notices_anything(broken: Walk) -> None:
    client = Client()
    before = Concern.objects.count()
    answer = client.post(
        "/report/",
        {
            "at": "3", "key": str(uuid.uuid4()), "words": "路灯坏了三天", "place": "东关大街",
            "wish": "", "identity": "anonymous", "reply_mode": "online",
        },
    )  # fmt: skip
    assert answer.status_code == 303 and Concern.objects.count() == before + 1
    outbox.drain()
    assert Case.objects.count() == before + 1
    client.post("/track/", {"code": broken.code})
    added = client.post("/track/case/add/", {"words": "今天还是黑的。"})
    assert added.status_code == 303
    assert "日志与当初写下的不一致" not in client.get("/track/case/").content.decode()


def test_a_clerk_still_registers_what_somebody_says(broken: Walk) -> None:
    client = broken.cast.client(broken.cast.clerk)
    before = Concern.objects.count()
    answer = client.post(
        "/desk/register/",
        {
            "key": str(uuid.uuid4()), "channel": "call", "words": "井盖丢了", "place": "东关大街",
            "identity": "anonymous", "reply_mode": "online", "wish": "",
        },
    )  # fmt: skip
    assert answer.status_code != 503
    assert Concern.objects.count() == before + 1


def test_the_auditor_is_told_at_once(walk: Walk) -> None:
    walk.cast.auditor.email = "auditor@example.org"
    walk.cast.auditor.save()
    cut_the_tail()
    tasks.verify()
    outbox.drain()
    told = Message.objects.get(kind="journal")
    assert (told.recipient_id, told.urgent, told.link) == (
        walk.cast.auditor.pk, True, "/desk/journal/",
    )  # fmt: skip
    send_urgent()
    assert mail.outbox[-1].to == ["auditor@example.org"]


def test_only_the_auditor_lifts_it_with_a_reason_and_work_goes_on(broken: Walk) -> None:
    cast = broken.cast
    for person in (cast.sys_admin, cast.leader, cast.dispatcher):
        answer = cast.client(person).post("/desk/journal/lift/", {"reason": REASON})
        assert answer.status_code in (403, 404)
    client = cast.client(cast.auditor)
    assert "末尾的记录被截掉" in client.get("/desk/journal/").content.decode()
    short = client.post("/desk/journal/lift/", {"reason": "没事"})
    assert short.status_code == 200 and "没事" in short.content.decode()
    assert alarm.is_on()
    done = client.post("/desk/journal/lift/", {"reason": REASON})
    assert done.status_code == 303
    page = client.get("/desk/journal/").content.decode()
    assert REASON in page and cast.auditor.name in page
    assert act(broken, cast.client(cast.dispatcher)) != 503
    again = client.post("/desk/journal/lift/", {"reason": REASON})
    assert "没有需要解除的警报" in again.content.decode()


def test_what_was_lifted_stays_lifted_and_something_new_does_not(broken: Walk) -> None:
    alarm.lift(reason=REASON, by="user:1")
    for hours in (1, 2):
        with clock.at(timedelta(hours=hours)):
            tasks.verify()
            tasks.write_checkpoint()
    assert alarm.standing() is None
    with clock.at(timedelta(hours=3)):
        with transaction.atomic():
            event = alarm.Verified(1, 1, True)
            record_many([(event, "x:1", "system"), (event, "x:2", "system")])
        tasks.write_checkpoint()
        assert checkpoints.latest()
        sending.send()
        last = Entry.objects.order_by("-seq")[0].seq
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_entry WHERE seq = %s", [last])
    with clock.at(timedelta(hours=4)):
        tasks.write_checkpoint()
    assert alarm.standing(), "the newest checkpoint alone shows it, long before the daily check"


def test_a_second_check_of_the_same_fault_is_one_alarm(broken: Walk) -> None:
    with clock.at(timedelta(days=1)):
        tasks.verify()
    assert Entry.objects.filter(event="journal.broken").count() == 1
    assert Delivery.objects.filter(handler="notices.journal_broken").count() == 1


def test_others_do_not_find_the_page(cast: Cast) -> None:
    for person, status in ((cast.auditor, 200), (cast.sys_admin, 200), (cast.handler, 404)):
        assert cast.client(person).get("/desk/journal/").status_code == status
