"""A unit's spreadsheet becomes concerns: looked over, the good rows filed once, the rest told."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.access import Refused
from lianxin.intake.channels.ledger import actions, queries
from lianxin.intake.models import Concern, Ledger, Sheet
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.people.models import User
from lianxin.vault import queries as vault
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROWS = [
    ["序号", "反映内容", "反映时间", "地点", "姓名", "电话"],
    ["1", "东关市场门口路灯不亮。", "2026-03-01 09:30", "东关市场", "王桂兰", "13912345678"],
    ["2", "", "2026-03-02", "西关", "", ""],
    ["3", "井盖没了，差点掉下去。", "昨天", "", "", ""],
    ["4", "垃圾三天没人收。", "2026年3月4日", "西关社区", "", ""],
]


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    page = book.create_sheet("台账", 0)
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(
    cast: Cast, content: bytes, *, person: User | None = None, unit: int = 0, **changes: str
) -> Any:
    form = {
        "unit": str(unit or cast.east.pk), "name": "民情台账", "identity": "confidential",
        "file": SimpleUploadedFile("台账.xlsx", content),
    }  # fmt: skip
    client = cast.client(person or cast.secretary)
    return client.post("/desk/ledgers/", form | changes)


COLUMNS = {
    "words": "反映内容", "received": "反映时间", "place": "地点", "id": "序号", "name": "姓名",
    "phone": "电话",
}  # fmt: skip


def test_a_sheet_is_looked_over_taken_in_and_known_the_next_time(cast: Cast) -> None:
    client = cast.client(cast.secretary)
    link = bring(cast, workbook(ROWS))["Location"]
    page = client.get(link)
    # Names and numbers are read only when somebody says so.
    assert page.context["how"].columns.keys() == {"words", "received", "place"}
    assert not Concern.objects.exists()
    looked = client.post(link, COLUMNS | {"act": "look"})
    assert (looked.context["found"].added, looked.context["found"].refused) == (2, 2)
    assert {problem.line for problem in looked.context["told"]} == {3, 4}
    taken = client.post(link, COLUMNS | {"act": "take"})
    assert (taken.context["done"].added, taken.context["done"].refused) == (2, 2)
    first = Concern.objects.order_by("received_at").first()
    assert first and first.area == cast.east_area and first.registered_by == cast.secretary
    assert (first.channel, first.identity) == ("sheet", "confidential")
    assert vault.fields(first.uuid) == ["name", "phone"]
    assert not Sheet.objects.exists() and client.get(link).status_code == 404
    told = Entry.objects.get(event="intake.ledger_taken")
    assert told.actor == f"user:{cast.secretary.pk}"

    mended = [*ROWS[:2], ["2", "水管漏水。", "2026-03-02", "西关", "", ""], *ROWS[3:]]
    link = bring(cast, workbook(mended))["Location"]
    page = client.get(link)
    assert page.context["how"].columns == COLUMNS
    again = client.post(link, COLUMNS | {"act": "take"}).context["done"]
    assert (again.added, again.already, again.refused) == (1, 2, 1)
    assert Concern.objects.count() == 3 and Ledger.objects.count() == 1


def test_what_waits_is_sealed_theirs_alone_and_gone_after_a_day(cast: Cast) -> None:
    link = bring(cast, workbook(ROWS))["Location"]
    sheet = Sheet.objects.get()
    assert "王桂兰".encode() not in bytes(sheet.content)
    for person in (cast.clerk, cast.dispatcher, cast.handler):
        assert cast.client(person).get(link).status_code == 404
        assert cast.client(person).post(f"{link}discard/").status_code == 404
    assert actions.forget_sheets() == 0
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert actions.forget_sheets() == 1


def test_a_colleagues_sheet_changes_nothing_of_mine(cast: Cast) -> None:
    link = bring(cast, workbook(ROWS), identity="confidential")["Location"]
    bring(cast, workbook(ROWS[:2]), person=cast.dispatcher, identity="named")
    cast.client(cast.secretary).post(link, COLUMNS | {"act": "take"})
    assert set(Concern.objects.exclude(identity="anonymous").values_list("identity")) == {
        ("confidential",)
    }


def test_one_more_column_makes_no_other_messages_of_the_rows(cast: Cast) -> None:
    rows = [["反映内容", "姓名"], ["灯坏了。", "王桂兰"], ["水漏了。", "李四"]]
    client = cast.client(cast.secretary)
    link = bring(cast, workbook(rows))["Location"]
    client.post(link, {"words": "反映内容", "act": "take"})
    link = bring(cast, workbook(rows))["Location"]
    again = client.post(link, {"words": "反映内容", "name": "姓名", "act": "take"})
    assert again.context["done"].added == 0 and Concern.objects.count() == 2


def test_a_sheet_can_be_left_out(cast: Cast) -> None:
    link = bring(cast, workbook(ROWS))["Location"]
    cast.client(cast.secretary).post(f"{link}discard/")
    assert not Sheet.objects.exists() and not Concern.objects.exists()


def test_what_waits_is_listed_for_whoever_brought_it_to_go_on_or_throw_away(cast: Cast) -> None:
    client, other = cast.client(cast.secretary), cast.client(cast.clerk)
    assert "没有等着的表" in client.get("/desk/ledgers/waiting/").content.decode()
    links = [bring(cast, workbook(ROWS), name=f"台账{n}")["Location"] for n in range(22)]
    assert "22 份表等着看" in client.get("/desk/ledgers/").content.decode()
    page = client.get("/desk/ledgers/waiting/").content.decode()
    assert page.index(links[21]) < page.index(links[2]) and links[1] not in page
    assert "page=2" in page and ROWS[1][1] not in page
    page = client.get("/desk/ledgers/waiting/?page=2").content.decode()
    assert links[0] in page and links[2] not in page
    assert "没有等着的表" in other.get("/desk/ledgers/waiting/").content.decode()
    assert other.post(f"{links[0]}discard/").status_code == 404
    assert client.post(f"{links[0]}discard/").status_code == 302
    assert links[0] not in client.get("/desk/ledgers/waiting/?page=2").content.decode()
    assert client.get(links[1]).status_code == 200


def test_the_list_of_what_waits_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as spent:
            client.get("/desk/ledgers/waiting/")
        assert not any('"intake_sheet"."content"' in query["sql"] for query in spent)
        return len(spent)

    client = cast.client(cast.secretary)
    bring(cast, workbook(ROWS))
    cost()
    once = cost()
    for n in range(5):
        bring(cast, workbook(ROWS), name=f"台账{n}")
    assert cost() == once


def test_so_many_wait_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    for _ in range(2):
        assert bring(cast, workbook(ROWS)).status_code == 302
    answer = bring(cast, workbook(ROWS))
    assert answer.status_code == 200 and "2 份表等着" in answer.content.decode()
    assert Sheet.objects.count() == 2
    Sheet.objects.first().delete()  # type: ignore[union-attr]
    assert bring(cast, workbook(ROWS)).status_code == 302


def test_nobody_brings_one_for_a_unit_of_others(cast: Cast) -> None:
    page = bring(cast, workbook(ROWS), unit=cast.west.pk)
    assert "unit" in page.context["form"].errors
    with pytest.raises(Refused):
        actions.bring(
            unit_id=cast.west.pk, name="x", identity="named", content=workbook(ROWS),
            by=cast.viewer(cast.secretary),
        )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00", b"%PDF-1.7", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"\xff\xd8\xff",
        "内容\n".encode(), "内容,内容\n灯坏了,x\n".encode(), b'"' * 2_000,
        ("x," * 5_000).encode(),
    ],
)  # fmt: skip
def test_a_file_of_no_use_is_told_at_its_field(cast: Cast, content: bytes) -> None:
    page = bring(cast, content)
    assert page.status_code == 200 and page.context["form"].errors["file"]
    assert "民情台账" in page.content.decode() and not Ledger.objects.exists()


def test_a_sheet_without_words_and_columns_that_hold_two_things_are_told(cast: Cast) -> None:
    client = cast.client(cast.secretary)
    link = bring(cast, "甲,乙\n灯坏了,东关\n".encode())["Location"]
    page = client.get(link)
    assert page.status_code == 200 and page.context["form"].errors
    twice = client.post(link, {"words": "甲", "place": "甲", "act": "take"})
    assert twice.context["form"].errors["place"] and not Concern.objects.exists()
    odd = client.post(link, {"words": "丙", "act": "take"})
    assert odd.context["form"].errors["words"]
    client.post(link, {"words": "甲", "place": "乙", "act": "take"})
    assert Concern.objects.get().place == "东关"


def test_more_rows_than_one_can_look_over_are_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_ROWS", 3)
    assert bring(cast, workbook(ROWS)).context["form"].errors["file"]


def test_a_formula_is_words_and_comes_out_of_the_house_as_words(cast: Cast) -> None:
    client = cast.client(cast.secretary)
    rows = [["反映内容"], ['=HYPERLINK("http://x","灯坏了")'], ["@SUM(1)灯坏了"]]
    link = bring(cast, "\n".join(f'"{r[0].replace(chr(34), chr(34) * 2)}"' for r in rows).encode())
    client.post(link["Location"], {"words": "反映内容", "act": "take"})
    assert Concern.objects.filter(words__startswith="=HYPERLINK").exists()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=4), min_size=1, max_size=6)
)
def test_whatever_stands_in_a_sheet_every_row_is_filed_or_told(
    cast: Cast, rows: list[list[str]]
) -> None:
    text = "\n".join(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
    answer = bring(cast, b"\xef\xbb\xbf" + text.encode("utf-8", "replace"))
    assert answer.status_code in (200, 302)
    if answer.status_code == 302:
        assert cast.client(cast.secretary).get(answer["Location"]).status_code == 200
