"""The page of a case: what it shows, to whom, and the sealed contact."""

from __future__ import annotations

import pytest
from django.db import transaction

from lianxin.deadlines.actions import load_presets
from lianxin.journal.models import Entry
from lianxin.pages.acts import EVERY
from tests.cast import Cast
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
PERSON = {"name": "王桂兰", "phone": "13812345678"}
HOSTILE = [
    "\x00", "\ud800".encode("utf-8", "surrogatepass"), "<script>x</script>", "字" * 11_000,
    "９９９９９９９９９９９９", "-1", "9999-99-99", "0001-01-01T00:00",
]  # fmt: skip


def test_not_yours_is_not_there(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.until("dispatched")
    for number in (walk.number, "7K2QM4XD93C", "x" * 500, "%00"):
        url = f"/desk/cases/{number}/"
        for end in ("", "do/sign/", "contact/"):
            assert cast.client(cast.handler_of_other_unit).get(url + end).status_code == 404
    assert cast.client(cast.liaison).get(f"/desk/cases/{walk.number}/do/fly/").status_code == 404


def test_a_case_shows_its_words_untouched_and_asks_no_cache_to_keep_them(cast: Cast) -> None:
    walk = begin(cast, words="灯<坏>了\n\n第二段 & 更多")
    answer = cast.client(cast.dispatcher).get(f"/desk/cases/{walk.number}/")
    text = answer.content.decode()
    assert "灯&lt;坏&gt;了" in text and "第二段 &amp; 更多" in text and "这周修好" in text
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_a_contact_is_opened_for_a_purpose_and_on_the_record(cast: Cast) -> None:
    load_presets()
    load_sorting()
    walk = begin(cast, identity="named", contact=PERSON)
    walk.until("handling")
    page = f"/desk/cases/{walk.number}/"
    handler = cast.client(cast.handler)
    assert "13812345678" not in handler.get(page).content.decode()
    refused = handler.post(page + "contact/", {"purpose": "看"})
    assert refused.context["contact"]["reveal"].errors and not Entry.objects.filter(
        event="vault.revealed"
    )
    opened = handler.post(page + "contact/", {"purpose": "约时间上门看路灯"}).content.decode()
    assert "13812345678" in opened and "王桂兰" in opened
    assert Entry.objects.filter(event="vault.revealed", subject=walk.case.subject).count() == 1
    again = handler.get(page).content.decode()
    assert "13812345678" not in again and "约时间上门看路灯" in again


@pytest.mark.django_db(transaction=True)
def test_a_confidential_contact_stays_at_the_desk(cast: Cast) -> None:
    load_presets()
    load_sorting()
    walk = begin(cast, identity="confidential", contact=PERSON)
    walk.until("handling")
    url = f"/desk/cases/{walk.number}/contact/"
    for person in (cast.handler, cast.leader, cast.supervisor):
        answer = cast.client(person).post(url, {"purpose": "约时间上门看路灯"})
        assert answer.status_code == 403 and "13812345678" not in answer.content.decode()
    asking = cast.client(cast.clerk).post(url, {"purpose": "回电告诉受理编号"}).content.decode()
    assert "13812345678" not in asking
    assert not Entry.objects.filter(event="vault.revealed").exists()


@pytest.mark.parametrize("state", ["triage", "dispatched", "handling", "reply_review", "replied"])
def test_hostile_input_is_answered_at_the_form(cast: Cast, state: str) -> None:
    load_sorting()
    walk = begin(cast)
    case = walk.until(state)
    tried = set()
    for person in (cast.dispatcher, cast.liaison, cast.handler, cast.leader, cast.supervisor,
                   cast.follow_up_caller):  # fmt: skip
        viewer, client = cast.viewer(person), cast.client(person)
        for act in EVERY.values():
            # A form is the same whoever fills it in.
            if act.name in tried or not act.may(viewer, case):
                continue
            tried.add(act.name)
            form = act.form(None, thing=case, viewer=viewer)
            if not form.fields:
                continue
            url = f"/desk/cases/{walk.number}/do/{act.name}/"
            for bad in HOSTILE:
                with transaction.atomic():
                    answer = client.post(url, dict.fromkeys(form.fields, bad), headers=PART)
                    transaction.set_rollback(True)
                # Free words may be anything that can be stored; nothing else may.
                assert answer.status_code == 200, (act.name, bad)
                if bad in ("\x00", "字" * 11_000):
                    assert answer.context["form"].errors, (act.name, bad)
    assert walk.case.state == state
