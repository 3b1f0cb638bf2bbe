"""A person who wishes it is told that there is news: soon, seldom, by day, and nothing of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from lianxin.cases import actions as cases
from lianxin.intake import actions as intake
from lianxin.intake.models import Concern, NoticeChoice
from lianxin.journal import outbox
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.notices.models import Notice
from lianxin.notices.residents import send_notices
from lianxin.vault.limits import NOTICES
from lianxin.vault.models import Letter
from tests.cast import Cast
from tests.post import Postman
from tests.walk import WORDS, Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
ADDRESS = "wang.guilan@example.org"
WISHED: dict[str, Any] = {
    "identity": "named",
    "reply_mode": "online",
    "contact": {"name": "王桂兰", "email": ADDRESS},
    "notify": "email",
    "language": "en",
}
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def noon(db: None, post: Postman) -> Iterator[None]:
    """A Tuesday at noon; mail goes out."""
    load_sorting()
    with clock.at(NOON):
        yield


def holder(walk: Walk) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def page(walk: Walk) -> str:
    return holder(walk).get("/track/case/").content.decode()


def told(post: Postman, address: str = ADDRESS) -> list[str]:
    """The text of every e-mail to a person."""
    mails = [mail for mail in post.received if mail["To"] == address]
    return [body.get_content() for mail in mails if (body := mail.get_body(("plain",)))]


def handled(cast: Cast, **changes: Any) -> Walk:
    """A case that is worked on; what was news until then is forgotten."""
    walk = begin(cast, **(WISHED | changes))
    walk.until("handling")
    outbox.drain()
    Notice.objects.all().delete()
    return walk


def ask(walk: Walk, words: str = "门牌号是多少？") -> None:
    cases.write_message(walk.case, words=words, by=walk.viewer("handler"))
    outbox.drain()


def test_a_question_is_told_at_once_and_nothing_of_the_matter(cast: Cast, post: Postman) -> None:
    walk = handled(cast)
    ask(walk)
    assert send_notices() == 1
    [text] = told(post)
    assert "you are asked something" in text
    assert format_number(walk.number) in text and "https://lianxin.example/track/" in text
    whole = post.received[-1].as_string() + text
    for secret in ("路灯", "东关", "住建", "王桂兰", "门牌", walk.code, WORDS[:6]):
        assert secret not in whole
    assert not Notice.objects.exists() and send_notices() == 0
    assert "We told you that there is news: E-mail" in page(walk)
    staff = cast.client(cast.handler).get(f"/desk/cases/{walk.number}/").content.decode()
    assert ADDRESS not in staff and "已通知本人有进展" in staff


def test_a_reply_is_told_in_the_language_of_the_person(cast: Cast, post: Postman) -> None:
    walk = handled(cast, language="zh-hans")
    walk.contact()
    walk.submit()
    walk.approve()
    outbox.drain()
    send_notices()
    assert "有答复了" in told(post)[0]


def test_what_can_wait_is_told_the_next_morning_in_one_notice(cast: Cast, post: Postman) -> None:
    walk = begin(cast, **WISHED)
    walk.sort()
    walk.dispatch()
    walk.sign()
    outbox.drain()
    assert Notice.objects.exists() and send_notices() == 0
    with clock.at(NOON + timedelta(hours=20)):  # eight in the morning
        assert send_notices() == 0
    with clock.at(NOON + timedelta(hours=21)):
        assert send_notices() == 1
    assert len(told(post)) == 1 and not Notice.objects.exists()


def test_several_things_are_one_notice_of_the_weightiest(cast: Cast, post: Postman) -> None:
    walk = handled(cast)
    new = cases.NewContact(way="phone", reached=True, text="约好明天到现场看。")
    cases.log_contact(walk.case, new, by=walk.viewer("handler"))
    ask(walk)
    ask(walk, "哪天在家？")
    assert Notice.objects.count() >= 2
    assert send_notices() == 1
    [text] = told(post)
    assert "you are asked something" in text


@pytest.mark.parametrize("hour", [21, 23, 0, 3, 7])
def test_nobody_is_woken(cast: Cast, post: Postman, hour: int) -> None:
    walk = handled(cast)
    ask(walk)
    night = NOON.replace(hour=hour) + timedelta(days=hour < 12)
    with clock.at(night):
        assert send_notices() == 0
    morning = (night if hour < 12 else night + timedelta(days=1)).replace(hour=8)
    with clock.at(morning):
        assert send_notices() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"identity": "anonymous", "contact": {}, "notify": ""},
        {"notify": ""},
    ],
)
def test_who_does_not_wish_it_is_told_nothing(
    cast: Cast, post: Postman, changes: dict[str, Any]
) -> None:
    walk = handled(cast, **changes)
    ask(walk)
    assert not Notice.objects.exists() and send_notices() == 0 and not told(post)


def test_what_one_does_oneself_is_no_news(cast: Cast) -> None:
    walk = handled(cast)
    cases.write_message(walk.case, words="门牌 12 号。", by=walk.resident)
    outbox.drain()
    assert not Notice.objects.exists()


def test_whose_concern_was_joined_hears_of_the_answer_too(cast: Cast, post: Postman) -> None:
    walk = handled(cast)
    other = begin(cast, **(WISHED | {"contact": {"name": "李四", "email": "li@example.org"}}))
    other.sort()
    cases.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    outbox.drain()
    Notice.objects.all().delete()
    ask(walk)  # a question to the one is none to the other
    walk.contact()
    walk.submit()
    walk.approve()
    outbox.drain()
    send_notices()
    [text] = told(post, "li@example.org")
    assert format_number(other.number) in text and "there is an answer" in text


def test_who_has_deleted_the_address_is_told_nothing_more(cast: Cast, post: Postman) -> None:
    walk = handled(cast)
    ask(walk)
    holder(walk).post("/track/case/erase-contact/")
    assert not NoticeChoice.objects.exists()
    assert send_notices() == 0 and not Notice.objects.exists() and not told(post)


def test_one_can_change_ones_mind_and_the_address(cast: Cast, post: Postman) -> None:
    walk = handled(cast, notify="")
    client = holder(walk)
    assert "Tell me of news" in client.get("/track/case/").content.decode()
    asked = client.get("/track/case/notices/").content.decode()
    assert ADDRESS not in asked
    new = {"notify": "email", "email": "new@example.org"}
    assert client.post("/track/case/notices/", new).status_code == 303
    ask(walk)
    assert send_notices() == 1 and len(told(post, "new@example.org")) == 1
    chosen = client.get("/track/case/notices/").content.decode()
    assert re.search(r'value="email"[^>]*checked', chosen)
    client.post("/track/case/notices/", {"notify": ""})
    ask(walk, "哪天在家？")
    assert send_notices() == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"notify": "email"}, "leave the e-mail address"),
        ({"notify": "sms"}, "Select a valid choice"),
        ({"notify": "pigeon"}, "Select a valid choice"),
        ({"notify": "email", "email": "王@@"}, "valid email"),
    ],
)
def test_what_is_missing_is_told_at_the_field(cast: Cast, typed: dict[str, str], says: str) -> None:
    walk = handled(cast, notify="", reply_mode="phone", contact={"phone": "13800138000"})
    answer = holder(walk).post("/track/case/notices/", typed).content.decode()
    assert says in answer and not NoticeChoice.objects.exists()
    if email := typed.get("email"):
        assert email in answer


def test_a_notice_that_does_not_arrive_is_tried_again_and_then_said(
    cast: Cast, post: Postman
) -> None:
    walk = handled(cast)
    post.refused.add(ADDRESS)
    ask(walk)
    tried = 0
    for minutes in range(0, 24 * 60, 5):
        with clock.at(NOON + timedelta(minutes=minutes)):
            before = Letter.objects.count()
            assert send_notices() == 0
            tried += Letter.objects.count() - before
    assert tried == 4 and not Notice.objects.exists()
    assert ADDRESS not in "".join(Letter.objects.values_list("failure", flat=True))
    shown = page(walk)
    assert shown.count("A notice to you did not arrive") == 1
    post.refused.clear()
    ask(walk, "哪天在家？")
    assert send_notices() == 1
    shown = page(walk)
    assert "did not arrive" not in shown and "We told you that there is news" in shown


def test_more_than_a_day_may_bring_waits_and_is_not_lost(cast: Cast, post: Postman) -> None:
    walk = handled(cast)
    for n in range(NOTICES + 1):
        ask(walk, f"第{n}个问题？")
        send_notices()
    assert len(told(post)) == NOTICES and Notice.objects.count() == 1
    assert "did not arrive" not in page(walk)
    with clock.at(NOON + timedelta(days=1, hours=1)):
        assert send_notices() == 1
    assert len(told(post)) == NOTICES + 1 and not Notice.objects.exists()


def test_the_report_form_asks_for_the_way_and_for_what_it_needs(post: Postman) -> None:
    client = Client(headers={"accept-language": "en"})
    typed = {
        "at": "3", "key": str(uuid.uuid4()), "words": "路灯坏了", "nowhere": "on",
        "identity": "named", "name": "王桂兰", "reply_mode": "online", "notify": "email",
        "do": "next",
    }  # fmt: skip
    answer = client.post("/report/", typed).content.decode()
    assert "Please leave the e-mail address to which we shall write." in answer
    assert not Concern.objects.exists()
    client.post("/report/", typed | {"email": ADDRESS})
    [concern] = Concern.objects.all()
    assert concern.notice_choice.way == "email"


def test_anonymous_leaves_no_address_whatever_was_typed(post: Postman) -> None:
    client = Client(headers={"accept-language": "en"})
    client.post(
        "/report/",
        {
            "at": "3", "key": str(uuid.uuid4()), "words": "路灯坏了", "nowhere": "on",
            "identity": "anonymous", "email": ADDRESS, "notify": "email", "do": "next",
        },
    )  # fmt: skip
    assert Concern.objects.get().identity == "anonymous" and not NoticeChoice.objects.exists()


def test_without_a_mail_server_nothing_is_offered(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    walk = handled(cast, notify="")
    client = holder(walk)
    assert "Tell me of news" not in client.get("/track/case/").content.decode()
    assert client.post("/track/case/notices/", {"notify": "email"}).status_code in (302, 404)


def test_staff_note_the_wish_at_the_desk(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    typed = {
        "key": str(uuid.uuid4()), "words": "楼道灯不亮", "identity": "named", "name": "王桂兰",
        "phone": "13800138000", "reply_mode": "phone", "notify": "email",
    }  # fmt: skip
    answer = client.post("/desk/register/call/", typed).content.decode()
    assert "请填写用来收通知的电子邮箱" in answer and not Concern.objects.exists()
    client.post("/desk/register/call/", typed | {"email": ADDRESS})
    assert Concern.objects.get().notice_choice.way == "email"


def test_the_choice_is_on_the_record_without_the_address(cast: Cast) -> None:
    walk = handled(cast, notify="")
    concern = walk.case.concern
    intake.choose_notices(concern, way="email", contact={}, by=walk.resident)
    entry = journal.story([f"concern:{concern.pk}"])[-1]
    assert entry.event == "intake.notices_chosen" and ADDRESS not in entry.data
