"""When the database is away or the disk is full, people are told so and keep what they wrote."""

from __future__ import annotations

import errno
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError
from django.test import Client

from lianxin.config import unavailable
from lianxin.intake import actions
from tests.screen import Screen

FORM = {
    "at": "3", "key": "00000000-0000-4000-8000-000000000001", "words": "路灯坏了 <b>&",
    "place": "东关大街", "wish": "", "identity": "anonymous", "reply_mode": "online",
}  # fmt: skip


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Client:
    """A site whose filing fails like this."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(actions, "file_concern", fail)
    return Client(raise_request_exception=False, headers={"accept-language": "zh-CN"})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database is locked"), 503),
        (OperationalError("connection to server failed: Connection refused"), 503),
        (OperationalError("database or disk is full"), 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (OperationalError("no such table: intake_concern"), 500),
        (ProgrammingError("relation does not exist"), 500),
        (KeyError("a mistake of ours"), 500),
    ],
)
def test_what_passes_by_itself_is_told_from_a_mistake_of_ours(
    db: None, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    answer = failing(monkeypatch, error).post("/report/", FORM)
    assert answer.status_code == status
    text = answer.content.decode()
    assert ("再发一次" in text) == (status != 500)
    assert ("路灯坏了 &lt;b&gt;&amp;" in text) == (status != 500)
    assert (answer.headers.get("Retry-After") == "60") == (status != 500)


def test_the_full_disk_of_postgresql_is_known(db: None) -> None:
    error = OperationalError("could not extend file")
    error.__cause__ = psycopg.errors.DiskFull()
    assert unavailable.reason(error) == unavailable.FULL


def test_pressing_again_sends_the_same_form_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from lianxin.intake.models import Concern

    with monkeypatch.context() as patch:
        client = failing(patch, OperationalError("database is locked"))
        page = client.post("/report/", FORM)
    fields = dict(page.context["typed"])
    assert fields == FORM
    for _ in range(2):
        assert client.post("/report/", fields).status_code == 303
    assert Concern.objects.get().words == FORM["words"]


def test_a_password_is_not_written_into_the_page(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("allauth.account.views.LoginView.post", fail)
    client = Client(raise_request_exception=False)
    answer = client.post("/account/login/", {"login": "a", "password": "correct horse"})
    assert answer.status_code == 503
    assert "correct horse" not in answer.content.decode()


@pytest.mark.browser
def test_the_page_reads_well_and_can_be_sent_again(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lianxin.intake.models import Concern

    # A browser that has a service worker keeps the form on the device; this is for one without.
    page = screen.phone("/report/", service_workers="block")
    page.fill("[name=words]", "东关大街的路灯坏了一个星期")
    page.click("main .btn-primary")
    page.fill("[name=place]", "东关大街")
    page.click("main .btn-primary")
    page.check("[name=identity][value=anonymous]")
    with monkeypatch.context() as patch:

        def fail(*_: Any, **__: Any) -> None:
            raise OperationalError("database or disk is full")

        patch.setattr(actions, "file_concern", fail)
        page.click(".form-end .btn-primary")
        assert page.input_value("#kept-words") == "东关大街的路灯坏了一个星期"
        screen.check(page)
    page.click("form button")
    assert page.url.endswith("/report/done/")
    assert Concern.objects.get().words == "东关大街的路灯坏了一个星期"
