"""Clients that others wrote talk to the running server; and one that behaves like FixMyStreet.

`georeport` 0.3 reads in both formats, `civicbot` 0.4 reads and files. FixMyStreet needs a whole
Perl stack: what it sends and expects is taken from its source (`perllib/Open311.pm`,
`Open311/GetServiceRequestUpdates.pm`, `Open311/PostServiceRequestUpdates.pm`).
"""

from __future__ import annotations

import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from civicbot.http import HttpTransport, RateLimiter
from civicbot.open311 import Open311Client, ValidationError
from civicbot.registry import Endpoint
from georeport import GeoReport
from lxml import etree
from pytest_django.live_server_helper import LiveServer

from lianxin.intake.models import Concern
from lianxin.journal import outbox
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at(live_server: LiveServer) -> str:
    """Where the server is."""
    return f"{live_server.url}/open311/v2"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_services_definitions_and_requests(town: Cast, at: str, form: str) -> None:
    open_, closed = begin(town), begin(town)
    open_.until("handling")
    closed.until("closed")
    client = GeoReport(at, output_format=form)
    services = {row["service_code"]: row for row in client.get_service_list()}
    assert services["roads.lights"]["service_name"] == "路灯"
    definition = client.get_service_definition("roads.lights")
    attributes = definition["attributes"]
    first = attributes[0] if form == "json" else attributes["attribute"][0]
    assert first["code"] == "fault"
    rows = client.get_service_requests(service_code="roads.lights")
    assert {row["service_request_id"] for row in rows} == {open_.number, closed.number}
    one = client.get_service_requests(status="closed")
    row = one[0] if isinstance(one, list) else one
    assert row["service_request_id"] == closed.number


def civicbot(at: str) -> Open311Client:
    """Its client for our server, as its registry would describe us."""
    here = Endpoint(id="lianxin", name="Lianxin", base_url=at, write=True)
    return Open311Client(here, transport=HttpTransport(rate_limiter=RateLimiter(0.0)))


def test_civicbot_files_and_follows(caller: Caller, town: Cast, at: str) -> None:
    client = civicbot(at)
    assert "roads.lights" in {row["service_code"] for row in client.list_services()}
    wanted: dict[str, Any] = {
        "lat": 30.1, "lng": 110.2, "description": "路灯坏了三天。", "email": "wang@example.org",
        "api_key": caller.key, "validate_remote": True,
    }  # fmt: skip
    with pytest.raises(ValidationError):
        client.create_request("roads.lights", **wanted)
    sent = client.create_request(
        "roads.lights", dry_run=False, confirm="SEND",
        attributes={"fault": "out", "pole": "DG-017"}, **wanted,
    )  # fmt: skip
    number = sent.response[0]["service_request_id"]
    assert Concern.objects.get().number == number
    assert "DG-017" in Concern.objects.get().words
    assert client.get_token(number)[0]["service_request_id"] == number
    outbox.drain()
    walk = Walk(town, number, "")
    walk.until("handling")
    row = client.get_request(number)
    assert row is not None
    assert row["status"] == "open"
    for step in (walk.contact, walk.submit, walk.approve, walk.rate):
        step()
    (row,) = client.list_requests(service_request_ids=[number])
    assert row["status"] == "closed"
    assert client.list_requests(page_size=1, status="closed") == [row]


class FixMyStreet:
    """As it behaves: XML, its own field names, two hours of updates at a time."""

    def __init__(self, at: str, key: str) -> None:
        self.at, self.key = at, key
        self.comments: dict[str, str] = {}

    def ask(self, path: str, query: dict[str, str]) -> Any:
        """A GET as `Open311::_get`, which puts the key into every address."""
        given = urlencode(query | {"api_key": self.key})
        with urllib.request.urlopen(f"{self.at}/{path}?{given}") as answer:
            return etree.fromstring(answer.read())

    def send(self, path: str, fields: dict[str, str]) -> Any:
        """A POST as `Open311::_post`."""
        data = urlencode(fields | {"api_key": self.key}).encode()
        with urllib.request.urlopen(f"{self.at}/{path}", data) as answer:
            return etree.fromstring(answer.read())

    def report(self) -> str:
        """Send a problem as `Open311::send_service_request` does; its external id."""
        answer = self.send("requests.xml", {
            "service_code": "roads.lights", "lat": "30.1", "long": "110.2",
            "email": "a@example.org", "first_name": "Ada", "last_name": "King", "phone": "",
            "deviceid": "phone-1",
            "address_id": "#NOTPINPOINTED#", "address_string": "East Gate",
            "description": "title: Lamp\n\ndetail: It is out.", "media_url": "",
            "attribute[fault]": "out", "attribute[fixmystreet_id]": "77",
        })  # fmt: skip
        found = answer.findtext("request/service_request_id")
        if found:
            return str(found)
        for _try in range(5):
            token = self.ask(f"tokens/{answer.findtext('request/token')}.xml", {})
            if number := token.findtext("request/service_request_id"):
                return str(number)
            time.sleep(0.1)
        raise AssertionError("no id")

    def fetch_updates(self) -> None:
        """As `GetServiceRequestUpdates`: those it does not have become comments."""
        now = datetime.now(UTC)
        span = {"start_date": f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}",
                "end_date": f"{now:%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
        for row in self.ask("servicerequestupdates.xml", span).iter("request_update"):
            told = {one.tag: one.text for one in row}
            if span["start_date"] <= str(told["updated_datetime"]) <= span["end_date"]:
                self.comments.setdefault(str(told["update_id"]), str(told["status"]))

    def post_update(self, number: str) -> str:
        """As `Open311::post_service_request_update`; the id it is to be known by."""
        answer = self.send("servicerequestupdates.xml", {
            "update_id_ext": "5", "update_id": "5", "service_request_id": number,
            "service_request_id_ext": "77", "status": "OPEN", "email": "a@example.org",
            "updated_datetime": "2026-11-26T08:15:30+00:00", "description": "Still out.",
            "first_name": "Ada", "last_name": "King", "title": "", "media_url": "",
            "public_anonymity_required": "FALSE", "email_alerts_requested": "FALSE",
        })  # fmt: skip
        return str(answer.findtext("request_update/update_id"))


def test_fixmystreet_sends_reads_updates_and_sends_one(caller: Caller, town: Cast, at: str) -> None:
    system = FixMyStreet(at, caller.key)
    services = system.ask("services.xml", {})
    assert "roads.lights" in [one.text for one in services.iter("service_code")]
    assert system.ask("services/roads.lights.xml", {}).findtext("attributes/attribute/code")
    number = system.report()
    outbox.drain()
    system.fetch_updates()
    assert system.comments == {}
    walk = Walk(town, number, "")
    walk.until("handling")
    time.sleep(1.1)  # its span ends with this second
    system.fetch_updates()
    assert list(system.comments.values()) == [
        "FOR_TRIAGE", "INVESTIGATING", "INVESTIGATING", "IN_PROGRESS",
    ]  # fmt: skip
    known = dict(system.comments)
    system.fetch_updates()
    assert system.comments == known
    assert system.post_update(number) == system.post_update(number)
    assert Concern.objects.get().additions.count() == 1
