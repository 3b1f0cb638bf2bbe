"""Whoever files for another person never judges, takes back or changes where they are reached."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from lianxin.appraisal.models import Rating
from lianxin.deadlines.actions import load_presets
from lianxin.intake import actions as intake
from lianxin.intake.channels.proxy import actions as proxy
from lianxin.intake.models import Concern, NoticeChoice
from lianxin.journal import outbox
from lianxin.pages.resident import acts
from lianxin.pages.resident.doing import DEEDS
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.intake.channels.proxy.afar import filed, follow, handed_over
from tests.walk import Walk, load_sorting

pytestmark = pytest.mark.django_db
RATING = {"solved": "yes", "result": "3", "speed": "2", "attitude": "3"}
POST: dict[str, Any] = RATING | {
    "text": "算了，不要了。", "may_write": "yes", "phone": "13700000000", "notify": "sms",
    "promise": "1", "done": "yes", "which": "standing",
}  # fmt: skip
SHARED = {"add", "write"}


@pytest.fixture(autouse=True)
def _fresh(cast: Cast) -> None:
    call_command("createcachetable")
    cache.clear()
    load_presets()
    load_sorting()


def taken(cast: Cast) -> list[str]:
    """Everything that is the person's and that somebody who filed for them gets done after all.

    Tried while the matter is worked on, and again when there is a reply to judge.
    """
    client = filed()
    mine = follow(client)
    theirs = handed_over(client)
    client.post("/report/done/", {"do": "hide"})
    outbox.drain()
    concern = Concern.objects.get()
    sealed = vault.every_field(concern.uuid)
    walk = Walk(cast, concern.number, theirs)
    walk.until("handling")
    found = tried(mine)
    walk.contact()
    walk.submit()
    walk.approve()
    outbox.drain()
    found += tried(mine)
    walk.case.refresh_from_db()
    if Rating.objects.exists():
        found.append("a judgement")
    if walk.case.state != "replied":
        found.append(f"the case is {walk.case.state}")
    if vault.every_field(concern.uuid) != sealed or NoticeChoice.objects.exists():
        found.append("where the person is reached")
    return found


def tried(number: str) -> list[str]:
    """The acts of the person that the digits of a helper open."""
    client = Client()
    client.post("/track/", {"code": number})
    assert client.get("/track/case/").status_code == 200
    found = []
    for deed in set(DEEDS) - SHARED:
        address = f"/track/case/{deed}/"
        answers = client.get(address), client.post(address, POST)
        if any(answer.status_code != 404 for answer in answers):
            found.append(deed)
    for address in ("/track/case/data/", "/track/case/data/copy/"):
        if client.get(address).status_code == 200:
            found.append(address)
    return found


def test_the_helper_gets_none_of_it_done(cast: Cast) -> None:
    assert taken(cast) == []


def test_the_twin_that_lets_a_helper_judge_is_caught(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known bad: to judge and to take back stand among the acts of a helper."""
    monkeypatch.setattr(acts, "FOR_A_HELPER", (*acts.FOR_A_HELPER, "rate", "withdraw"))
    assert {"rate", "a judgement"} <= set(taken(cast))


def test_the_twin_that_gives_the_helper_the_code_is_caught(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known bad: whoever files gets the code of the person instead of a number of their own."""

    def with_the_code(concern: Concern, *, by: Any) -> str:
        intake.let_follow(concern, by=by)
        from lianxin.intake.receipts import code_for

        return code_for(concern.key, concern.uuid)

    monkeypatch.setattr(proxy, "let_follow", with_the_code)
    assert "rate" in taken(cast)


def test_the_person_can_do_it_all(cast: Cast) -> None:
    client = filed()
    theirs = handed_over(client)
    outbox.drain()
    walk = Walk(cast, Concern.objects.get().number, theirs)
    walk.until("handling")
    walk.contact()
    walk.submit()
    walk.approve()
    outbox.drain()
    person = Client()
    person.post("/track/", {"code": theirs})
    assert person.post("/track/case/rate/", RATING).status_code == 303
    assert Rating.objects.count() == 1
