"""Who lost their query code gets a new one at the desk, and nobody sees who they are."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from lianxin.cases import actions as cases
from lianxin.intake import actions, queries, receipts
from lianxin.intake.models import Concern
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.notices.models import Message as Notice
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
NAME, PHONE = "古丽娜尔·阿不都", "13912345678"
SAID = {"name": " 古丽娜尔·阿不都", "phone": "139 1234-5678"}


@pytest.fixture
def walk(cast: Cast) -> Walk:
    call_command("createcachetable")
    cache.clear()
    load_sorting()
    return begin(cast, identity="confidential", contact={"name": NAME, "phone": PHONE})


def opens(code: str) -> bool:
    return Client().post("/track/", {"code": code}).status_code == 303


def given(walk: Walk, client: Client) -> str:
    answer = client.post(f"/desk/cases/{walk.number}/code/", SAID)
    assert "code" in answer.context, answer.content.decode()
    return str(answer.context["code"])


def old_still_opens(walk: Walk) -> bool:
    """Whether the lost code, or what is open with it, still shows the concern."""
    inside = Client()
    assert inside.post("/track/", {"code": walk.code}).status_code == 303
    actions.harden_codes(seconds=10)
    code = given(walk, walk.cast.client(walk.cast.clerk))
    assert code != walk.code and opens(code)
    actions.harden_codes(seconds=10)
    assert opens(code)
    return opens(walk.code) or inside.get("/track/case/").status_code == 200


def test_the_new_code_opens_and_the_old_one_never_again(walk: Walk) -> None:
    assert not old_still_opens(walk)
    client = Client()
    concern = walk.case.concern
    client.post("/track/", {"code": receipts.code_for(concern.key, concern.uuid, 1)})
    page = client.get("/track/case/").content.decode()
    assert "窗口补发了新的查询码" in page and "没有人看到联系方式" in page
    outbox.drain()
    assert Notice.objects.get(kind="code_anew").recipient == walk.cast.supervisor


def test_the_twin_that_keeps_the_old_code_is_caught(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: an old code that still opens after a new one was given."""
    first = walk.code
    held = queries.by_code

    def both(text: str) -> Concern | None:
        return held(text) or (walk.case.concern if text == first else None)

    monkeypatch.setattr(queries, "by_code", both)
    assert old_still_opens(walk)


def test_what_is_sealed_is_compared_and_never_shown(walk: Walk) -> None:
    client = walk.cast.client(walk.cast.clerk)
    url = f"/desk/cases/{walk.number}/code/"
    page = client.get(url).content.decode()
    for said in ({}, {"name": NAME}, SAID | {"phone": "13912345679"}, SAID | {"name": "别人"}):
        answer = client.post(url, said)
        assert answer.status_code == 200 and "code" not in answer.context
        page += answer.content.decode().replace(said.get("phone", "-"), "")
    assert PHONE not in page
    assert opens(walk.code)
    assert not Entry.objects.filter(event="vault.revealed").exists()
    compared = Entry.objects.filter(event="vault.compared")
    assert compared.count() == 2 and all(PHONE not in entry.data for entry in compared)


def test_a_number_cannot_be_found_out_by_trying(walk: Walk) -> None:
    client = walk.cast.client(walk.cast.clerk)
    url = f"/desk/cases/{walk.number}/code/"
    for last in range(3):
        client.post(url, SAID | {"phone": f"1390000000{last}"})
    answer = client.post(url, SAID)
    assert answer.status_code == 200 and "code" not in answer.context
    assert Entry.objects.filter(event="vault.compared").count() == 3


def test_one_number_is_not_tried_on_every_case(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose case is it? Each case allows three tries, the person who asks no more than a few."""
    monkeypatch.setattr("lianxin.vault.actions.opening.COMPARED_BY", 2)
    cast = walk.cast
    client, other = cast.client(cast.clerk), {"name": "别人", "phone": "13900000000"}
    cases = [begin(cast, identity="confidential", contact=SAID) for _ in range(3)]
    answers = [client.post(f"/desk/cases/{one.number}/code/", other) for one in cases]
    assert "请找同事办理" in answers[2].content.decode()
    assert Entry.objects.filter(event="vault.compared").count() == 2
    # A colleague goes on.
    colleague = cast.client(cast.dispatcher)
    assert "code" in colleague.post(f"/desk/cases/{walk.number}/code/", SAID).context


def test_only_the_desk_and_never_the_unit(walk: Walk) -> None:
    walk.until("handling")
    url = f"/desk/cases/{walk.number}/code/"
    may = {
        name
        for name, person in walk.cast.staff.items()
        if walk.cast.client(person).get(url).status_code == 200
    }
    assert may == {"clerk", "dispatcher"}
    assert walk.cast.client().get(url).status_code == 302


def test_who_left_nothing_is_told_so_plainly(walk: Walk, cast: Cast) -> None:
    other = begin(cast)
    client = cast.client(cast.clerk)
    answer = client.get(f"/desk/cases/{other.number}/code/")
    assert answer.status_code == 403 and "存证号" in answer.content.decode()
    assert client.post(f"/desk/cases/{other.number}/code/", SAID).status_code == 403
    assert opens(other.code)
    assert "lost" in Client().get("/track/").content.decode()


def test_a_retry_of_the_old_form_does_not_show_the_new_code(cast: Cast) -> None:
    load_sorting()
    new = actions.NewConcern(
        key="a" * 36, words="灯坏了。", identity="named", contact={"phone": PHONE}
    )
    first = actions.file_concern(new, by=cast.resident)
    outbox.drain()
    case = first.concern.case
    cases.give_code(case, said={"phone": PHONE}, by=cast.viewer(cast.clerk))
    again = actions.file_concern(new, by=cast.resident)
    assert again.concern == first.concern and again.code is None
