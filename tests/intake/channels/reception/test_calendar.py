"""The calendar of reception days: published, changed, called off, read by everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianxin.access import Refused
from lianxin.intake.channels.reception import actions
from lianxin.intake.models import ReceptionDay
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from tests.cast import Cast
from tests.intake.channels.reception.days import booked, published

pytestmark = pytest.mark.django_db


def said(cast: Cast, **changes: Any) -> dict[str, Any]:
    begins = clock.now().astimezone(clock.SHANGHAI) + timedelta(days=5)
    return {
        "unit": cast.desk.pk, "leader": "欧阳建国", "post": "副县长", "portfolio": "",
        "place": "信访局", "starts_at": f"{begins:%Y-%m-%dT09:00}",
        "ends_at": f"{begins:%Y-%m-%dT11:30}", "places": "１０",
    } | changes  # fmt: skip


def test_a_day_is_published_changed_and_called_off(cast: Cast) -> None:
    client = cast.client(cast.dispatcher)
    made = client.post("/desk/reception/new/", said(cast))
    day = ReceptionDay.objects.get()
    assert made["Location"] == f"/desk/reception/{day.code}/" and day.places == 10
    assert day.starts_at.astimezone(clock.SHANGHAI).hour == 9
    assert "欧阳建国" in Client().get("/reception/").content.decode()
    client.post(f"/desk/reception/{day.code}/change/", said(cast, place="县政府大厅"))
    assert "县政府大厅" in Client().get(f"/reception/{day.code}/").content.decode()
    client.post(f"/desk/reception/{day.code}/cancel/", {"why": "领导外出"})
    for path in ("/reception/", f"/reception/{day.code}/"):
        assert "领导外出" in Client().get(path).content.decode()
    told = Entry.objects.filter(subject=day.subject).values_list("event", flat=True)
    assert sorted(told) == [
        "intake.reception_cancelled", "intake.reception_changed", "intake.reception_published",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": "2020-01-01T09:00"}, "starts_at"),
        ({"starts_at": "2999-01-01T09:00"}, "starts_at"),
        ({"ends_at": "2020-01-01T09:00"}, "ends_at"),
        ({"ends_at": "x"}, "ends_at"),
        ({"places": "0"}, "places"),
        ({"places": "201"}, "places"),
        ({"leader": " \u200b"}, "leader"),
        ({"leader": "长" * 41}, "leader"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    page = cast.client(cast.dispatcher).post("/desk/reception/new/", said(cast, **changes))
    assert field in page.context["form"].errors and "信访局" in page.content.decode()
    assert not ReceptionDay.objects.exists()


def test_only_who_keeps_the_calendar_changes_it(cast: Cast) -> None:
    day = published(cast)
    facts = actions.DayFacts(
        cast.desk.pk, "王", "主任", "这里", day.starts_at, day.ends_at, day.places
    )
    for person in (cast.clerk, cast.secretary, cast.handler, cast.supervisor):
        for end in ("change", "cancel"):
            page = cast.client(person).post(f"/desk/reception/{day.code}/{end}/", said(cast))
            assert page.status_code == 404
        with pytest.raises(Refused):
            actions.change(day, facts, by=cast.viewer(person))
    assert cast.client(cast.clerk).get(f"/desk/reception/{day.code}/").status_code == 200
    # The secretary keeps one of her own community, and nobody else's.
    mine = cast.client(cast.secretary).post(
        "/desk/reception/new/", said(cast, unit=cast.east.pk, leader="李书记")
    )
    assert mine.status_code == 302
    assert not published(cast).cancelled_at


def test_the_calendar_has_pages_and_asks_the_same_for_all(cast: Cast) -> None:
    published(cast)
    client = Client()
    client.get("/reception/")
    with CaptureQueriesContext(connection) as one:
        client.get("/reception/")
    for n in range(24):
        booked(published(cast, days=4 + n))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/reception/").content.decode()
    assert len(one) == len(many) and "?page=2" in page
    assert client.get("/reception/?page=2").content.decode().count("<article") == 5
    for odd in ("0", "-1", "x", "９" * 9, "99999"):
        assert client.get("/reception/", {"page": odd}).status_code == 200


def test_what_is_over_leaves_the_calendar(cast: Cast) -> None:
    day = published(cast)
    with clock.at(day.ends_at + timedelta(minutes=1)):
        assert day.leader not in Client().get("/reception/").content.decode()
        assert Client().get(f"/reception/{day.code}/").status_code == 404


@pytest.mark.parametrize("code", ["x", "ＡＢＣ", "%00", "a" * 200, "王"])
def test_a_code_that_is_none_leads_nowhere(cast: Cast, code: str) -> None:
    assert Client().get(f"/reception/{code}/").status_code == 404
    assert cast.client(cast.dispatcher).get(f"/desk/reception/{code}/").status_code == 404


def test_the_database_keeps_a_day_whole(cast: Cast) -> None:
    day = published(cast)
    rows = ReceptionDay.objects.filter(pk=day.pk)
    for wrong in (
        {"ends_at": day.starts_at}, {"places": 0}, {"cancelled_at": clock.now()},
        {"cancelled_why": "x"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
