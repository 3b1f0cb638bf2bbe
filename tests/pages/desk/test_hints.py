"""While a clerk types they are told what sort of matter it is, who handles it, what is known."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.cases.models import Case
from lianxin.intake.actions import NewConcern, file_concern
from lianxin.intake.models import Concern
from lianxin.journal import outbox
from lianxin.people import actions as people
from lianxin.people.queries import communities_in
from tests.cast import Cast
from tests.walk import load_sorting

pytestmark = pytest.mark.django_db
DARK = "东关市场门口的路灯不亮了，三天没人修。"


def hints(cast: Cast, words: str, **more: object) -> str:
    client = cast.client(cast.clerk)
    return client.post("/desk/hints/", {"words": words} | more).content.decode()


def known(
    cast: Cast, words: str = "东关市场门口的路灯不亮了，三天没人修。", **more: object
) -> Concern:
    new = NewConcern(key=words, words=words, area_id=cast.east_area.pk, **more)  # type: ignore[arg-type]
    concern = file_concern(new, by=ANONYMOUS).concern
    outbox.drain()
    return concern


def test_the_sort_and_who_handles_it_are_told(cast: Cast) -> None:
    load_sorting()
    told = hints(cast, "我家门口路灯坏了")
    assert "路灯" in told and "/where/" in told
    assert not Concern.objects.exists()


def test_a_place_that_is_named_can_be_chosen(cast: Cast) -> None:
    told = hints(cast, "东关这边路灯坏了")
    assert f'data-value="{cast.east_area.pk}"' in told
    assert "data-set" not in hints(cast, "东关这边路灯坏了", area=str(cast.east_area.pk))


def test_an_estate_leads_to_its_community_and_the_longest_name_wins(cast: Cast) -> None:
    estate = people.add_area(name="幸福小区", level="estate", parent=cast.west_area, by=SYSTEM)
    longer = people.add_area(
        name="东关新村社区", level="community", parent=cast.town_area, by=SYSTEM
    )
    assert communities_in("幸福小区 3 号楼漏水") == [cast.west_area] and estate.pk
    assert communities_in("东关新村的路灯")[0] == longer
    assert communities_in("") == communities_in("天气不好") == []


def test_names_are_read_once_until_one_is_added(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people.add_area(name="幸福小区", level="estate", parent=cast.west_area, by=SYSTEM)
    said = "幸福小区和向阳小区都漏水"
    assert communities_in(said) == [cast.west_area]
    with django_assert_num_queries(2) as asked:
        communities_in(said)
    newest, _rows = (one["sql"] for one in asked)
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a few rows are read as a whole
        cursor.execute(f"{explain} {newest}")
        assert "area_changed" in str(cursor.fetchall())
    with django_assert_num_queries(1):
        assert communities_in("天气不好") == []
    people.add_area(name="向阳小区", level="estate", parent=cast.east_area, by=SYSTEM)
    assert communities_in(said) == [cast.east_area, cast.west_area]


def test_what_is_known_is_told_to_those_who_may_see_it(cast: Cast) -> None:
    concern = known(cast)
    said = {"words": "东关市场门口路灯不亮", "area": str(cast.east_area.pk)}
    assert concern.number in hints(cast, **said).replace("-", "")
    other = cast.client(cast.secretary).post("/desk/hints/", said).content.decode()
    assert Case.objects.exists() and concern.number not in other.replace("-", "")


def test_what_is_held_back_is_not_told(cast: Cast) -> None:
    concern = known(cast, "东关市场门口的路灯不亮，是李四收了钱不修。", about_official=True)
    told = hints(cast, "东关市场门口路灯不亮", area=str(cast.east_area.pk))
    assert concern.number not in told.replace("-", "")


@pytest.mark.parametrize(
    "more",
    [{}, {"area": "x"}, {"area": "９"}, {"area": "9" * 30}, {"place": "\x00" * 500}],
)
def test_nothing_that_is_typed_breaks_it(cast: Cast, more: dict[str, str]) -> None:
    for words in ("", "路", "字" * 20_000, "\ud83d", "<script>路灯"):
        assert "<script>" not in hints(cast, words.encode("utf-8", "replace").decode(), **more)


def test_it_asks_a_fixed_number_of_questions(cast: Cast) -> None:
    known(cast)
    client = cast.client(cast.clerk)
    said = {"words": "东关市场门口路灯不亮", "area": str(cast.east_area.pk)}
    client.post("/desk/hints/", said)
    with CaptureQueriesContext(connection) as few:
        client.post("/desk/hints/", said)
    for n in range(6):
        known(cast, f"东关市场门口的路灯不亮了，{n} 天没人修。")
    with CaptureQueriesContext(connection) as many:
        client.post("/desk/hints/", said)
    assert len(many) == len(few)
