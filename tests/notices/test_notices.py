"""Messages in the product and by a real SMTP server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.utils.translation import gettext_lazy, override
from pytest_django import Settings

from lianxin.access import ANONYMOUS, Viewer
from lianxin.kernel import clock
from lianxin.notices import actions, sections
from lianxin.notices.models import Digest, Message
from lianxin.notices.queries import inbox, position_after
from lianxin.notices.sections import Line, digest_section
from lianxin.people.models import User
from tests.post import Postman

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 8, 5, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def own_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "_sections", {})


def person(name: str, **kwargs: object) -> User:
    email = f"{name}@example.org"
    return User.objects.create(**{"username": name, "name": name, "email": email} | kwargs)


def viewer(user: User) -> Viewer:
    return Viewer(user_id=user.pk, name=user.name)


def test_everybody_sees_their_own_messages_newest_first() -> None:
    li, zhang = person("li"), person("zhang", email="")
    assert actions.tell([li.pk, zhang.pk, li.pk], "case", "第一条", "/desk/cases/1/") == 2
    actions.tell([li.pk], "case", "第二条")
    assert [message.text for message in inbox(viewer(li))] == ["第二条", "第一条"]
    assert [message.text for message in inbox(viewer(zhang))] == ["第一条"]
    assert inbox(ANONYMOUS) == []
    newest = inbox(viewer(li), size=1)[0]
    assert [message.text for message in inbox(viewer(li), before=position_after([newest]))] == [
        "第一条"
    ]


def test_a_message_is_one_clean_line_in_the_recipients_language() -> None:
    li, john = person("li"), person("john", language="en")
    actions.tell([li.pk, john.pk], "case", gettext_lazy("Yes"))
    texts = {message.recipient_id: message.text for message in Message.objects.all()}
    with override("zh-hans"):
        assert texts == {li.pk: "是", john.pk: "Yes"}
    actions.tell([li.pk], "case", "a\x00b\nc" + "长" * 500)
    assert len(inbox(viewer(li))[0].text) <= 200
    assert "\n" not in inbox(viewer(li))[0].text


def test_who_may_not_sign_in_is_told_nothing() -> None:
    gone = person("gone", is_active=False)
    assert actions.tell([gone.pk, 10**9], "case", "x") == 0


def test_one_e_mail_a_day_with_messages_and_sections(post: Postman) -> None:
    li, quiet = person("li"), person("quiet")
    actions.tell([li.pk], "case", "新派来 1 件", "/desk/cases/7K2QM4XD93C/")
    asked: list[Sequence[int]] = []

    @digest_section("overdue")
    def overdue(user_ids: Sequence[int]) -> Mapping[int, Sequence[Line]]:
        asked.append(user_ids)
        return {li.pk: [Line("逾期 3 件", "/desk/?overdue")]}

    assert actions.send_digests(MORNING) == 1
    assert asked == [[li.pk, quiet.pk]]
    [mail] = post.received
    assert mail["To"] == "li@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert "新派来 1 件\nhttps://lianxin.example/desk/cases/7K2QM4XD93C/" in text
    assert "逾期 3 件\nhttps://lianxin.example/desk/?overdue" in text
    message = Message.objects.get()
    assert message.sent_at and message.digest_on == MORNING.date()

    actions.tell([li.pk, quiet.pk], "case", "later")
    assert actions.send_digests(MORNING + timedelta(hours=3)) == 0
    assert actions.send_digests(MORNING + timedelta(days=1)) == 2
    assert len(post.received) == 3


def test_nothing_goes_out_before_eight(post: Postman) -> None:
    actions.tell([person("li").pk], "case", "x")
    assert actions.send_digests(MORNING - timedelta(minutes=10)) == 0
    assert not Digest.objects.exists()


def test_without_an_address_it_waits_on_the_page(post: Postman) -> None:
    li = person("li", email="")
    actions.tell([li.pk], "case", "x", urgent=True)
    assert (actions.send_digests(MORNING), actions.send_urgent()) == (0, 0)
    assert len(inbox(viewer(li))) == 1


def test_a_refused_address_is_tried_again_and_holds_up_nobody(post: Postman) -> None:
    li, wang = person("li"), person("wang")
    post.refused = {"li@example.org"}
    actions.tell([li.pk, wang.pk], "case", "x")
    assert actions.send_digests(MORNING) == 1
    failed = Digest.objects.get(recipient=li)
    assert (failed.sent_at, failed.error) == (None, "SMTPRecipientsRefused 550")
    post.refused = set()
    assert actions.send_digests(MORNING + timedelta(minutes=5)) == 0
    assert actions.send_digests(MORNING + timedelta(minutes=15)) == 1
    assert [mail["To"] for mail in post.received] == ["wang@example.org", "li@example.org"]
    assert Message.objects.get(recipient=li).error == ""


def test_a_server_that_is_down_costs_nothing(settings: Settings, post: Postman) -> None:
    actions.tell([person("li").pk], "case", "x")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(OSError):
        actions.send_digests(MORNING)
    settings.EMAIL_PORT = port
    assert actions.send_digests(MORNING) == 1


def test_urgent_does_not_wait_and_is_not_said_twice(post: Postman) -> None:
    li = person("li")
    for text in ("危险 1", "危险 2"):
        actions.tell([li.pk], "danger", text, "/desk/", urgent=True)
    assert (actions.send_urgent(), actions.send_urgent()) == (1, 0)
    [mail] = post.received
    body = mail.get_body(("plain",))
    assert body is not None and "危险 1" in body.get_content() and "危险 2" in body.get_content()
    assert actions.send_digests(MORNING) == 0


def test_the_number_of_queries_does_not_grow_with_silent_people(
    post: Postman, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for n in range(30):
        person(f"p{n}")
    with django_assert_max_num_queries(10):
        actions.send_digests(MORNING)
    assert Digest.objects.count() == 30
