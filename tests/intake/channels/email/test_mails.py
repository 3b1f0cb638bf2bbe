"""A mail becomes a concern, once; an answer finds it by its token; machines are left alone."""

from __future__ import annotations

import logging
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.test import Client
from pytest_django import Settings

from lianxin.cases import queries as case_queries
from lianxin.intake.channels.email.answers import TryAgain
from lianxin.intake.channels.email.models import Mail, MailThread
from lianxin.intake.channels.email.reading import Unreadable
from lianxin.intake.channels.email.receiving import receive
from lianxin.intake.models import Addition, Attachment, Concern, Hold
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.notices.models import Message
from lianxin.notices.residents import send_notices
from lianxin.vault.models import Letter
from tests.cast import Cast
from tests.intake.channels.email.mails import ADDRESS, TO, WORDS, bounce, mail
from tests.intake.paper import picture
from tests.post import Postman
from tests.vault.leaks import leaks_of
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def send(message: EmailMessage | bytes) -> str:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    outcome = str(receive(raw).outcome)
    outbox.drain()
    return outcome


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def thread() -> str:
    """The address at which answers arrive."""
    return f"lianxin+{MailThread.objects.get().token}@town.example"


def test_a_mail_is_a_concern_with_a_receipt(door: Postman) -> None:
    assert send(mail()) == "filed"
    [concern] = Concern.objects.all()
    assert (concern.channel, concern.identity) == ("email", "confidential")
    assert (concern.title, concern.words) == ("水管漏水", WORDS)
    assert case_queries.case_of_concern(concern.pk) is not None
    [answer] = door.received
    said = text_of(answer)
    assert answer["To"] == ADDRESS and answer["From"] == thread()
    assert answer["Auto-Submitted"] == "auto-replied" and answer["In-Reply-To"]
    assert format_number(concern.number) in said and WORDS not in said
    code = said.split("查询码：")[1].splitlines()[0]
    client = Client()
    assert client.post("/track/", {"code": code}).status_code == 303
    page = client.get("/track/case/").content.decode()
    assert WORDS in page and ADDRESS not in page


def test_the_address_lies_sealed_and_nowhere_else(
    door: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    send(mail())
    assert Concern.objects.exists() and not leaks_of((ADDRESS, "王桂兰"), caplog)


def test_delivered_again_it_is_the_same_concern_and_receipt(door: Postman) -> None:
    message = mail()
    for _ in range(3):
        assert send(message) == "filed"
    assert Concern.objects.count() == 1 and Mail.objects.count() == 1
    assert len(door.received) == 1


def test_somebody_else_who_sends_the_same_learns_nothing(door: Postman) -> None:
    message = mail()
    send(message)
    message.replace_header("From", "li@example.org")
    send(message)
    assert Concern.objects.count() == 2
    codes = {text_of(answer).split("查询码：")[1].splitlines()[0] for answer in door.received}
    assert len(codes) == 2


def test_two_people_with_one_form_letter_and_no_message_id_are_two(door: Postman) -> None:
    for sender in ("a@example.org", "b@example.org"):
        message = mail(sender=sender)
        del message["Message-ID"]
        send(message)
    assert Concern.objects.count() == 2


def test_a_copy_by_a_list_does_not_take_the_place_of_the_mail(door: Postman) -> None:
    message = mail()
    copy = message_from_bytes(message.as_bytes(), policy=policy.default)
    copy["List-Id"] = "<all.example.org>"
    assert send(copy.as_bytes()) == "automatic" and send(message) == "filed"
    assert Concern.objects.count() == 1 and len(door.received) == 1


def test_an_answer_is_added_whatever_its_subject_and_sender(door: Postman) -> None:
    send(mail())
    reply = mail(
        "现在漏到楼下了。\n\n> 您写的内容已经收到\n> 查询码\n",
        to=thread(), subject="完全别的主题", sender="儿子 <son@example.org>",
    )  # fmt: skip
    assert send(reply) == "added" and send(reply) == "added"
    assert [row.words for row in Addition.objects.all()] == ["现在漏到楼下了。"]
    assert Concern.objects.count() == 1 and len(door.received) == 1
    told = [message.text for message in Message.objects.all()]
    assert any("补充" in text for text in told)


def test_the_same_subject_and_sender_without_the_token_is_another_matter(door: Postman) -> None:
    send(mail())
    send(mail("楼道灯也坏了。", subject="Re: 水管漏水"))
    assert Concern.objects.count() == 2 and not Addition.objects.exists()


def test_the_token_is_found_in_what_it_answers(door: Postman) -> None:
    send(mail())
    answer = door.received[0]
    named = {"In-Reply-To": answer["Message-ID"], "References": answer["Message-ID"]}
    reply = mail("再说一句。", headers=named)
    assert send(reply) == "added"


def test_what_stands_below_our_line_is_not_added(door: Postman) -> None:
    send(mail())
    ours = text_of(door.received[0])
    send(mail(f"谢谢，已经好了。\n\n{ours}", to=thread()))
    [row] = Addition.objects.all()
    assert row.words == "谢谢，已经好了。"


def test_an_answer_to_a_closed_matter_is_added_and_told(door: Postman, cast: Cast) -> None:
    send(mail())
    concern = Concern.objects.get()
    walk = Walk(cast, concern.number, "")
    walk.until("closed")
    Message.objects.all().delete()
    send(mail("又漏了。", to=thread()))
    assert Addition.objects.get().words == "又漏了。"
    assert Message.objects.filter(recipient=cast.handler).exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"X-Autoreply": "yes"},
        {"List-Id": "<news.example.org>"},
        {"Precedence": "list"},
        {"Return-Path": "<>"},
    ],
)
@pytest.mark.parametrize("answers", [False, True])
def test_a_machine_is_left_alone(door: Postman, headers: dict[str, str], answers: bool) -> None:
    send(mail())
    to = thread() if answers else TO
    away = mail("我在休假。", to=to, subject="自动回复", headers=headers)
    assert send(away) == "automatic"
    assert Concern.objects.count() == 1 and not Addition.objects.exists()
    assert len(door.received) == 1


@pytest.mark.parametrize("known_by", ["address", "headers"])
def test_a_mail_of_ours_that_comes_back_is_told_to_both(
    door: Postman, cast: Cast, known_by: str
) -> None:
    send(mail())
    concern = Concern.objects.get()
    walk = Walk(cast, concern.number, "")
    walk.until("handling")
    outbox.drain()
    from tests.notices.test_resident_notices import NOON, ask

    ask(walk)
    with clock.at(NOON.replace(year=clock.today().year + 1)):
        assert send_notices() == 1
    sent = door.received[-1]
    Message.objects.all().delete()
    assert send(bounce(sent, thread() if known_by == "address" else TO)) == "bounced"
    assert Letter.objects.get().failure == "returned" and not Letter.objects.get().sent_at
    assert Message.objects.filter(recipient=cast.handler, kind="bounced").count() == 1
    case = cast.client(cast.handler).get(f"/desk/cases/{walk.number}/").content.decode()
    assert "发给本人的邮件被退回" in case and ADDRESS not in case
    late = bounce(sent, thread()).replace(b"Action: failed", b"Action: delayed")
    assert send(late) == "automatic"
    assert send(bounce(sent, thread())) == "bounced"
    assert Entry.objects.filter(event="intake.mail_bounced").count() == 1


def test_a_photo_is_kept_and_what_cannot_be_taken_is_told(door: Postman) -> None:
    files = (
        ("漏水.jpg", picture().getvalue(), "image/jpeg"),
        ("说明.docx", b"PK\x03\x04 no document", "application/msword"),
    )
    send(mail(files=files))
    [kept] = Attachment.objects.all()
    assert kept.concern == Concern.objects.get() and kept.suffix == "jpg"
    said = text_of(door.received[0])
    assert "说明.docx" in said and "漏水.jpg" not in said


def test_only_a_photo_is_a_concern_too(door: Postman) -> None:
    send(mail("", subject="", files=(("a.jpg", picture().getvalue(), "image/jpeg"),)))
    assert Concern.objects.get().words == "（只有附件，没有文字）"
    assert Attachment.objects.count() == 1


def test_what_was_left_out_is_told_even_if_the_answer_had_to_wait(
    door: Postman, settings: Settings
) -> None:
    message = mail(files=(("说明.docx", b"PK no document", "application/msword"),))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(TryAgain):
        send(message)
    settings.EMAIL_PORT = port
    send(message)
    said = text_of(door.received[0])
    assert "1 个文件" in said and "查询码" in said


def test_a_receipt_that_waits_for_days_still_has_its_code(
    door: Postman, settings: Settings
) -> None:
    message = mail()
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(TryAgain):
        send(message)
    settings.EMAIL_PORT = port
    with clock.at(timedelta(days=3)):
        send(message)
    assert "查询码" in text_of(door.received[0])


def test_eleven_files_are_not_opened(door: Postman) -> None:
    send(mail(files=tuple((f"{n}.jpg", picture().getvalue(), "image/jpeg") for n in range(12))))
    assert Attachment.objects.count() == 10
    assert "10.jpg" in text_of(door.received[0])


def test_whoever_deals_with_it_learns_no_address_from_an_answer(door: Postman) -> None:
    send(mail())
    quoted = f"发件人: 连心 <{thread()}>\n收件人: 王桂兰 <{ADDRESS}>\n主题: x\n"
    said = f"还漏。我的邮箱 {ADDRESS}\n\n{quoted}"
    send(mail(said, to=thread()))
    words = Addition.objects.get().words
    assert words.startswith("还漏。") and ADDRESS not in words and "+" not in words
    assert "王桂兰" not in words


def test_words_below_the_quote_are_not_lost(door: Postman) -> None:
    send(mail())
    said = f"On Monday Lianxin <{thread()}> wrote:\n> 您写的内容已经收到\n\n昨天又漏了。\n"
    send(mail(said, to=thread()))
    assert "昨天又漏了。" in Addition.objects.get().words


def test_far_more_than_a_person_writes_is_held_and_not_answered(door: Postman) -> None:
    for n in range(15):
        send(mail(f"第{n}封"))
    assert Concern.objects.count() == 15 and 9 <= len(door.received) <= 10
    assert Hold.objects.count() == 15 - len(door.received)


def test_a_name_late_in_a_long_mail_holds_it_back_too(door: Postman, cast: Cast) -> None:
    send(mail("很长。" * 3_600 + f"{cast.handler.name}收了钱。"))
    case = case_queries.case_of_concern(Concern.objects.get().pk)
    assert case is not None and case.conflicts.exists()


def test_too_long_is_told(door: Postman) -> None:
    assert send(mail("长" * 40_000)) == "too_long" and not Concern.objects.exists()
    assert "30000" in text_of(door.received[0]).replace(",", "")


def test_an_empty_mail_is_answered_once(door: Postman) -> None:
    empty = mail(" \n ", subject="")
    assert send(empty) == "empty" and send(empty) == "empty"
    assert not Concern.objects.exists()
    assert len(door.received) == 1 and "没有文字" in text_of(door.received[0])


def test_a_very_long_mail_is_kept_whole(door: Postman) -> None:
    words = "".join(f"第{n}句话。" for n in range(3_500))
    send(mail(words))
    concern = Concern.objects.get()
    rest = "".join(row.words for row in Addition.objects.order_by("pk"))
    assert concern.words + rest == words


def test_when_the_answer_cannot_go_now_the_mail_may_come_again(
    door: Postman, settings: Settings
) -> None:
    port, message = settings.EMAIL_PORT, mail()
    settings.EMAIL_PORT = 1
    with pytest.raises(TryAgain):
        send(message)
    assert Concern.objects.count() == 1
    settings.EMAIL_PORT = port
    assert send(message) == "filed"
    assert Concern.objects.count() == 1 and "查询码" in text_of(door.received[0])


def test_an_address_that_refuses_does_not_come_again(door: Postman) -> None:
    door.refused.add(ADDRESS)
    assert send(mail()) == "filed" and not door.received


def test_english_is_answered_in_english(door: Postman) -> None:
    send(mail("The water pipe is leaking.", subject="Leak", sender="Ann <ann@example.org>"))
    assert "Receipt number" in text_of(door.received[0])


def test_after_deleting_the_contact_an_answer_is_a_matter_of_its_own(door: Postman) -> None:
    send(mail())
    address, said = thread(), text_of(door.received[0])
    client = Client()
    client.post("/track/", {"code": said.split("查询码：")[1].splitlines()[0]})
    client.post("/track/case/erase-contact/")
    assert not MailThread.objects.exists()
    assert send(mail("还有一件事。", to=address)) == "filed"
    assert Concern.objects.count() == 2 and not Addition.objects.exists()


def test_nobody_to_answer_is_put_aside(door: Postman) -> None:
    with pytest.raises(Unreadable):
        send(mail(sender="nobody"))
    assert not door.received and not Concern.objects.exists()
