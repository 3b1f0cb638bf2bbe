"""What other systems are told: where to find what, what can be filed, what is asked with it."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from lianxin.sorting.defaults import read
from lianxin.sorting.models import Category, Service
from tests.intake.channels.open311 import georeport
from tests.intake.channels.open311.georeport import Caller

FORMATS = ("xml", "json")
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


@pytest.mark.parametrize("form", FORMATS)
def test_discovery_leads_to_the_services(anybody: Caller, form: str) -> None:
    found = anybody.get(f"/open311/discovery.{form}")
    url = found.findtext(".//url") if form == "xml" else found["endpoints"][0]["url"]
    formats = (
        [one.text for one in found.iter("format")]
        if form == "xml"
        else found["endpoints"][0]["formats"]
    )
    assert formats == ["text/xml", "application/json"]
    host, path = url.removeprefix("http://").split("/", 1)
    assert host == "testserver"
    assert Client().get(f"/{path}/services.{form}").status_code == 200


@pytest.mark.parametrize("form", FORMATS)
def test_each_service_that_has_questions_defines_them(anybody: Caller, form: str) -> None:
    listed = anybody.get("services.json")
    assert len(listed) == Service.objects.count() > 10
    kinds = set()
    for row in listed:
        anybody.get(f"services/{row['service_code']}.xml")
        questions = anybody.get(f"services/{row['service_code']}.json")["attributes"]
        assert row["metadata"] is bool(questions)
        assert [one["order"] for one in questions] == [str(n + 1) for n in range(len(questions))]
        for one in questions:
            assert bool(one.get("values")) is one["datatype"].endswith("valuelist")
            assert one["variable"] or not one["required"]
            kinds.add(one["datatype"])
    assert kinds == DATATYPES
    assert {row["type"] for row in listed} == {"realtime"}
    assert {row["metadata"] for row in listed} == {True, False}
    rows = anybody.get(f"services.{form}")
    assert len(rows) == len(listed)


def test_a_service_is_told_with_its_group_and_what_people_call_it(anybody: Caller) -> None:
    (lights,) = [r for r in anybody.get("services.json") if r["service_code"] == "roads.lights"]
    assert (lights["service_name"], lights["group"]) == ("路灯", "道路与路灯")
    assert "不亮" in lights["keywords"].split(",")


def test_who_reads_english_is_told_in_english(anybody: Caller) -> None:
    answer = anybody.browser.get(
        "/open311/v2/services/roads.lights.json", headers={"Accept-Language": "en"}
    )
    told = georeport.checked(answer, "/open311/v2/services/roads.lights.json")
    assert told["attributes"][0]["values"][0]["name"] == "Out"


def test_nothing_of_the_sealed_lanes_nor_about_persons_is_offered(anybody: Caller) -> None:
    codes = {row["category"] for row in read("services")["services"]}
    assert codes == {row["service_code"] for row in anybody.get("services.json")}
    groups = {code.partition(".")[0] for code in codes}
    private = {"welfare", "health", "justice", "jobs", "insurance", "education", "public_order",
               "services", "land"}  # fmt: skip
    assert not groups & private
    assert not Category.objects.filter(code__in=codes, sealed=True).exists()


def test_a_place_can_take_a_service_away_and_loading_again_does_not_bring_it_back(
    anybody: Caller,
) -> None:
    from lianxin.access import SYSTEM
    from lianxin.sorting.actions import load_defaults

    Service.objects.filter(category__code="roads.lights").update(active=False)
    caches["local"].clear()  # or a minute later
    assert load_defaults(by=SYSTEM) == 0
    anybody.get("services/roads.lights.json", 404)
    assert "roads.lights" not in {r["service_code"] for r in anybody.get("services.json")}


def test_each_list_costs_a_few_queries_however_long(
    anybody: Caller, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        anybody.get("services.xml")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("path", "status", "query"),
    [
        ("services", 404, {"jurisdiction_id": "sfgov.org"}),
        ("services", 200, {"jurisdiction_id": "testserver"}),
        ("services", 200, {"jurisdiction_id": ""}),
        ("services/conduct.bribes", 404, {}),
        ("services/welfare.allowance", 404, {}),
        ("services/\x00", 404, {}),
        ("services/..", 404, {}),
        ("anything", 404, {}),
        ("tokens/ABC", 404, {}),
        ("requests/1", 404, {}),
    ],
)
def test_what_is_not_there_is_told_in_the_format_asked_for(
    anybody: Caller, form: str, path: str, status: int, query: dict[str, str]
) -> None:
    anybody.get(f"{path}.{form}", status, **query)


def test_an_unknown_format_is_a_404_in_xml(anybody: Caller) -> None:
    for path in ("/open311/v2/services.yaml", "/open311/v2/requests", "/open311/discovery.html"):
        answer = anybody.browser.get(path)
        assert answer.status_code == 404
        georeport.checked(answer, "/open311/v2/errors.xml")


@pytest.mark.parametrize("form", FORMATS)
def test_a_method_that_an_address_does_not_know(anybody: Caller, form: str) -> None:
    for path in ("services", "requests/X", "tokens/X", "servicerequestupdates"):
        answer = anybody.browser.put(f"/open311/v2/{path}.{form}")
        assert answer.status_code == 405
        assert answer["Allow"].startswith("GET")
        georeport.checked(answer, f"/open311/v2/{path}.{form}")


def test_the_checks_find_what_is_not_as_specified() -> None:
    """The known-bad twin: answers that other servers give."""

    class Answer:
        def __init__(self, content: str, kind: str, status: int = 200) -> None:
            self.content, self.status_code = content.encode(), status
            self.headers = {"Content-Type": kind}

    json, xml = "application/json; charset=utf-8", "text/xml; charset=utf-8"
    head = "<?xml version='1.0' encoding='utf-8'?>"
    for content, kind, path in (
        ('[{"service_request_id": 7}]', json, "requests.json"),
        ('[{"service_request_id": "7", "status": "in progress"}]', json, "requests.json"),
        ('[{"service_request_id": "7", "stauts": "open"}]', json, "requests.json"),
        ('[{"service_request_id": "7"}]', json.partition(";")[0], "requests.json"),
        ("<service_requests/>", xml, "requests.xml"),
        (f"{head}<requests/>", xml, "requests.xml"),
        (f"{head}<services><service/></services>", xml, "services.xml"),
    ):
        with pytest.raises(georeport.NotAsSpecified):
            georeport.checked(Answer(content, kind), f"/open311/v2/{path}")
    listed = Answer('[{"service_request_id": "7", "status": "open"}]', json)
    with pytest.raises(georeport.NotAsSpecified):
        georeport.checked(listed, "/open311/v2/requests.json", listed=True)
