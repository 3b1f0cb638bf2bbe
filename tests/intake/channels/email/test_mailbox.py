"""A real mailbox is emptied into the register; what cannot be read stays for a person."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from lianxin.intake.channels.email import receiving
from lianxin.intake.channels.email.actions import Taken, take_in
from lianxin.intake.channels.email.models import Mail
from lianxin.intake.channels.email.reading import Arrived
from lianxin.intake.channels.email.receiving import ASIDE, MailboxAway, fetch
from lianxin.intake.models import Concern
from lianxin.intake.tasks import fetch_mails
from tests import imap
from tests.imap import Mailbox
from tests.intake.channels.email.mails import mail
from tests.post import Postman

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    if why := imap.absent():
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    # The paths of its sockets are limited to some hundred characters.
    with tempfile.TemporaryDirectory(prefix="lx-") as folder, imap.serving(Path(folder)) as box:
        yield box


@pytest.fixture
def mailbox(server: Mailbox, settings: Settings, door: Postman) -> Mailbox:
    settings.IMAP_URL = server.url
    return server


def test_what_lies_there_is_filed_and_removed(mailbox: Mailbox, door: Postman) -> None:
    mailbox.put(*(mail(f"第{n}件事").as_bytes() for n in range(5)))
    assert fetch() == {"filed": 5}
    assert mailbox.left() == 0 and Concern.objects.count() == 5 and len(door.received) == 5
    assert fetch() == {}


def test_all_answers_go_over_one_connection_as_long_as_it_lasts(
    mailbox: Mailbox, door: Postman
) -> None:
    for each, connections in ((0, 1), (2, 3)):
        door.greeted, door.each = 0, each
        mailbox.put(*(mail(f"{each}：第{n}件事").as_bytes() for n in range(5)))
        assert fetch() == {"filed": 5}
        assert door.greeted == connections
    assert len(door.received) == 10 and mailbox.left() == 0


def test_one_bad_mail_does_not_hold_up_the_others(mailbox: Mailbox) -> None:
    deep = b"From: a@b.c\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(60)
    )
    mailbox.put(mail("第一件").as_bytes(), deep, mail("第二件").as_bytes())
    before = mailbox.left(ASIDE)
    found = fetch()
    assert found["aside"] == 1 and found["filed"] == 2
    assert mailbox.left() == 0 and mailbox.left(ASIDE) == before + 1


def test_what_fails_for_another_reason_is_put_aside_too(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = mail("第一件").as_bytes(), mail("坏的").as_bytes()
    real = take_in

    def broken(arrived: Arrived) -> Taken:
        if arrived.text == "坏的":
            raise KeyError(arrived.text)
        return real(arrived)

    monkeypatch.setattr(receiving, "take_in", broken)
    mailbox.put(bad, good)
    before = mailbox.left(ASIDE)
    assert fetch() == {"aside": 1, "filed": 1}
    assert mailbox.left() == 0 and mailbox.left(ASIDE) == before + 1


def test_what_a_machine_wrote_stays_for_a_person(mailbox: Mailbox) -> None:
    before = mailbox.left(ASIDE)
    mailbox.put(mail("周报", headers={"List-Id": "<all.example.org>"}).as_bytes())
    assert fetch() == {"automatic": 1} and mailbox.left(ASIDE) == before + 1


def test_when_answers_cannot_go_mails_stay_and_come_again(
    mailbox: Mailbox, settings: Settings
) -> None:
    mailbox.put(mail("漏水了").as_bytes())
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert fetch() == {"later": 1} and mailbox.left() == 1
    fetch_mails()  # the chore gives up instead of going round for ever
    settings.EMAIL_PORT = port
    fetch_mails()
    assert mailbox.left() == 0 and Concern.objects.count() == 1 and Mail.objects.count() == 1


def test_a_wrong_password_is_told_without_it(mailbox: Mailbox, settings: Settings) -> None:
    settings.IMAP_URL = mailbox.url.replace("secret", "wrong-password")
    with pytest.raises(MailboxAway) as away:
        fetch()
    assert "wrong-password" not in str(away.value)


def test_a_mailbox_that_is_away(mailbox: Mailbox, settings: Settings) -> None:
    settings.IMAP_URL = "imap://town:secret@127.0.0.1:1/INBOX"
    with pytest.raises(MailboxAway):
        fetch()


def test_without_a_mailbox_the_chore_does_nothing(settings: Settings) -> None:
    settings.IMAP_URL = ""
    fetch_mails()
