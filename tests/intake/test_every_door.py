"""One leaking pipe comes in by every door and becomes one case; whoever raised it judges the reply.

Each door is used as its users use it; that a door keeps what only it knows is tested beside it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from lianxin.access import SYSTEM
from lianxin.appraisal.models import Rating
from lianxin.cases import actions as cases
from lianxin.cases.models import Case
from lianxin.deadlines.actions import load_presets
from lianxin.intake import receipts
from lianxin.intake.channels.box import actions as boxes
from lianxin.intake.channels.box.actions import BoxFacts
from lianxin.intake.channels.call.actions import Told, What, take_note
from lianxin.intake.channels.email.receiving import receive
from lianxin.intake.channels.open311 import actions as open311
from lianxin.intake.choices import Channel
from lianxin.intake.models import Concern
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.notices.residents import send_notices
from tests.cast import Cast
from tests.intake.channels.api.program import allowed
from tests.intake.channels.email.conftest import door as door
from tests.intake.channels.email.mails import ADDRESS, mail
from tests.intake.channels.open311.georeport import Caller
from tests.intake.channels.reception.days import begun, booked, published
from tests.intake.channels.wechat.conftest import api as api
from tests.intake.channels.wechat.conftest import weixin as weixin
from tests.intake.paper import picture
from tests.post import Postman
from tests.walk import Walk
from tests.weixin import Api, Server

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "东关大街12号楼的水管漏水三天了，没有人来修。"
RATING = {"solved": "yes", "result": "3", "speed": "2", "attitude": "3"}


@dataclass
class Street:
    """Somebody in front of each door."""

    cast: Cast
    post: Postman
    weixin: Server

    def web(self, **more: str) -> str:
        """The form of residents, its last screen."""
        said = {
            "at": "3", "do": "next", "key": str(uuid.uuid4()), "words": WORDS, "wish": "",
            "place": "东关大街12号楼", "identity": "anonymous",
        } | more  # fmt: skip
        client = Client()
        assert client.post("/report/", said).status_code == 303
        return client.get("/report/done/").content.decode()

    def box(self) -> str:
        """The poster of a suggestion box."""
        facts = BoxFacts(name="东关市场", area_id=self.cast.east_area.pk, unit_id=self.cast.east.pk)
        return self.web(box=boxes.put_up(facts, by=SYSTEM).code)

    def desk(self, door: str, **more: str) -> str:
        """What staff take down; the receipt for the person."""
        said = {
            "key": str(uuid.uuid4()), "words": WORDS, "identity": "named", "name": "王桂兰",
            "phone": "13912345678", "reply_mode": "phone",
        } | more  # fmt: skip
        page = self.cast.client(self.cast.clerk).post(f"/desk/register/{door}/", said)
        return page.content.decode()

    def call(self) -> str:
        """The hotline: its telephone system tells of the call, a clerk writes."""
        at = clock.now() - timedelta(minutes=2)
        told = take_note(Told(What.RANG, "1", at, number="13912345679"))
        return self.desk("call", call=str(told.uuid), phone="")

    def reception(self) -> str:
        """A turn on a reception day."""
        day = published(self.cast)
        turn = booked(day)
        begun(day)
        return self.desk("reception", turn=str(turn.uuid), answered="今天就派人去看")

    def proxy(self) -> str:
        """A grandson files for his grandmother."""
        return self.desk("proxy", relation="relative", proxy_name="王小军", paper="卷宗 1")

    def from_afar(self) -> str:
        """The same from his own telephone, with a photo of what she has signed."""
        said = {
            "at": "3", "do": "next", "key": str(uuid.uuid4()), "words": WORDS, "wish": "",
            "place": "东关大街12号楼", "identity": "named", "name": "王桂兰",
            "phone": "13912345678", "for_other": "on", "relation": "relative",
            "proxy_name": "王小军",
            "authority": picture(),
        }  # fmt: skip
        client = Client()
        assert client.post("/report/", said).status_code == 303
        assert client.post("/report/done/", {"do": "show"}).status_code == 303
        return client.get("/report/done/").content.decode()

    def e_mail(self) -> str:
        """A mail; the one that comes back."""
        receive(mail().as_bytes())
        answers = [one for one in self.post.received if one["To"] == ADDRESS]
        body = answers[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def we_chat(self) -> str:
        """A chat."""
        self.weixin.say(WORDS)
        return self.weixin.say("1")

    def open_311(self) -> str:
        """Another system."""
        caller = Caller(open311.make_key("随手拍", by=SYSTEM)[1])
        filed = caller.file(service_code="utilities.water", description=WORDS, **{
            "attribute[fault]": "leak",
        })  # fmt: skip
        return str(filed["service_notice"])

    def api(self) -> str:
        """A program that the residents' committee has written."""
        said = {"words": WORDS, "place": "东关大街12号楼", "identity": "anonymous"}
        return str(allowed("file").post("concerns", said, 201)["code"])

    def ledger(self) -> str:
        """A row of the community's spreadsheet: nobody holds a code of it."""
        client = self.cast.client(self.cast.secretary)
        form = {
            "unit": str(self.cast.east.pk), "name": "台账", "identity": "confidential",
            "file": SimpleUploadedFile("台账.csv", f"反映内容\n{WORDS}\n".encode()),
        }  # fmt: skip
        link = client.post("/desk/ledgers/", form)["Location"]
        client.post(link, {"words": "反映内容", "act": "take"})
        return ""

    def found(self) -> str:
        """Staff saw it themselves: nobody holds a code of it either."""
        self.desk("found")
        return ""


DOORS: dict[Channel, Callable[[Street], str]] = {
    Channel.WEB: Street.web,
    Channel.BOX: Street.box,
    Channel.CALL: Street.call,
    Channel.WALK_IN: lambda street: street.desk("walk-in", people="1"),
    Channel.LETTER: lambda street: street.desk("letter"),
    Channel.RECEPTION: Street.reception,
    Channel.PROXY: Street.proxy,
    Channel.OUTREACH: lambda street: street.desk("outreach"),
    Channel.EMAIL: Street.e_mail,
    Channel.WECHAT: Street.we_chat,
    Channel.OPEN311: Street.open_311,
    Channel.API: Street.api,
    Channel.SHEET: Street.ledger,
    Channel.FOUND: Street.found,
}
WAYS = [*DOORS.items(), (Channel.PROXY, Street.from_afar)]
"""Each door, and where one has two ways in, both."""
NOBODYS = {Channel.SHEET, Channel.FOUND}


def digits(text: str) -> str:
    """The digits of a text, without what stands between those of a code."""
    return re.sub(r"(?<=\d)[\s\xa0\u2009\u202f<>a-z/=\"-]*(?=\d)", "", text)


def test_every_door_is_tried() -> None:
    # A report goes to a desk above and is joined with nothing that others see.
    assert set(DOORS) == set(Channel) - {Channel.REPORT_LINE}


def test_one_matter_by_every_door_is_one_case_with_a_judgement_of_each(
    cast: Cast, door: Postman, weixin: Server, api: Api, settings: Settings
) -> None:
    load_presets()
    street = Street(cast, door, weixin)
    codes: dict[int, str] = {}
    for channel, knock in WAYS:
        before = set(Concern.objects.values_list("pk", flat=True))
        shown = knock(street)
        concern = Concern.objects.exclude(pk__in=before).get()
        assert (concern.channel, WORDS in concern.words) == (channel, True)
        if channel not in NOBODYS:
            code = receipts.code_for(concern.key, concern.uuid)
            assert code in digits(shown), channel
            codes[concern.pk] = code
    outbox.drain()
    walk = Walk(cast, Concern.objects.get(channel="web").number, codes[min(codes)])
    others = [Walk(cast, case.concern.number, "") for case in Case.objects.exclude(pk=walk.case.pk)]
    walk.until("handling")
    for other in others:
        other.sort()
        cases.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    assert walk.case.joined.count() == len(WAYS) - 1
    outbox.drain()
    walk.contact()
    walk.submit()
    walk.approve()
    outbox.drain()
    morning = clock.now().astimezone(clock.SHANGHAI) + timedelta(days=1)
    with clock.at(morning.replace(hour=10)):  # at night nobody is told
        send_notices()

    # Told on the door they used, where that door can tell; read and judged by all who hold a code.
    told = [one for one in door.received if one["To"] == ADDRESS]
    assert len(told) == 2 and len(api.texts()) >= 1
    for pk, code in codes.items():
        client = Client()
        assert client.post("/track/", {"code": code}).status_code == 303
        assert "坏了的三盏路灯已经换好" in client.get("/track/case/").content.decode()
        assert client.post("/track/case/rate/", RATING).status_code == 303
        assert Rating.objects.filter(concern_id=pk).count() == 1
    assert Rating.objects.count() == len(WAYS) - len(NOBODYS)
