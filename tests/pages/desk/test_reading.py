"""Who is told what, what the digest counts, and the desk's pages to read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.notices.models import Message
from lianxin.notices.sections import lines_for
from tests.cast import Cast
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.django_db


def test_everybody_is_told_what_waits_for_them_and_no_words_of_the_resident(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast, words="不能外传的原话")
    walk.sort(urgency="critical")
    walk.dispatch()
    for step in (walk.sign, walk.start, walk.submit, walk.approve):
        step()
    walk.rate(result=1, solved="no")
    while outbox.drain():
        pass
    told = {(m.recipient.username, m.kind, m.urgent) for m in Message.objects.all()}
    assert {("liaison", "dispatched", True), ("leader", "dispatched", True)} <= told
    assert {("leader", "reply", False), ("supervisor", "unsatisfied", False)} <= told
    assert {name for name, _kind, _urgent in told} <= {
        "liaison", "leader", "supervisor", "handler",
    }  # fmt: skip
    assert not any("原话" in m.text for m in Message.objects.all())
    page = cast.client(cast.leader).get("/desk/digest/").content.decode()
    assert f"/desk/cases/{walk.number}/" in page
    for before in (
        "x",
        "9" * 40,
        "\x00",
        "１",
        "1@",
        "１@2026-01-01T00:00:00+08:00",
        "9" * 40 + "@9999-12-31T23:59:59+00:00",
    ):
        assert cast.client(cast.leader).get("/desk/digest/", {"before": before}).status_code == 200


def test_the_digest_counts_what_is_late(cast: Cast) -> None:
    load_sorting()
    begin(cast).until("handling")
    with clock.at(clock.now() + timedelta(days=30)):
        lines = lines_for([cast.handler.pk, cast.leader.pk])
    assert any("1" in str(line.text) for line in lines[cast.handler.pk])
    assert cast.leader.pk not in lines


def test_the_catalogue_is_read_by_all_and_changed_by_its_keepers(cast: Cast) -> None:
    load_sorting()
    line = "/desk/catalogue/roads.lights/"
    for name, person in cast.staff.items():
        answer = cast.client(person).get("/desk/catalogue/")
        assert answer.status_code == (404 if name == "no_role" else 200)
        may = name in ("dispatcher", "sys_admin")
        assert cast.client(person).get(line).status_code == (200 if may else 404)
    client = cast.client(cast.dispatcher)
    bad = client.post(line, {"unit": "999999", "basis": "条" * 201, "valid_from": "x"})
    assert {"unit", "basis", "valid_from"} <= set(bad.context["form"].errors)
    assert client.post(line, {"unit": cast.housing.pk, "basis": "三定方案"}).status_code == 302
    assert "三定方案" in client.get("/desk/catalogue/").content.decode()
    assert client.get("/desk/catalogue/%00/").status_code == 404
    walk = begin(cast)
    walk.sort()
    form = client.get(f"/desk/cases/{walk.number}/do/dispatch/").context["form"]
    assert form.initial["unit"] == cast.housing.pk


def test_the_limits_name_their_basis(cast: Cast) -> None:
    text = cast.client(cast.handler).get("/desk/limits/").content.decode()
    assert "信访工作条例" in text or "law" in text or "法律法规" in text
