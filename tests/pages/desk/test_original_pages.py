"""The original of a file where a second person must agree: ask, have it answered, open it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianxin.access import SYSTEM
from lianxin.cases import actions as cases
from lianxin.cases.models import Conflict
from lianxin.deadlines.actions import load_presets
from lianxin.intake.actions import remove_files
from lianxin.intake.models import Attachment
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.notices.models import Message
from lianxin.people import actions as people
from lianxin.people.models import User
from lianxin.people.roles import Role
from lianxin.rights import breach
from lianxin.vault.models import Opening, Request
from tests.cast import PASSWORD, Cast
from tests.intake.test_sealed_original import ORIGINAL
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "需要核对照片原件里的拍摄时间和地点"
ASK = {"purpose": "verify", "reason": REASON}
LIST = "/desk/contacts/"


@pytest.fixture
def walk(cast: Cast) -> Walk:
    """A case told in confidence, with an original."""
    load_presets()
    load_sorting()
    found = begin(cast, identity="confidential", contact={"phone": "13812345678"})
    found.until("handling")
    return with_original(found)


def with_original(found: Walk) -> Walk:
    """Its person adds a file and has the original kept."""
    client = found.cast.client()
    client.post("/track/", {"code": found.code})
    sent = SimpleUploadedFile("photo.heic", ORIGINAL)
    post = {"words": "这是当时拍的", "attachments": sent, "keep_original": "on"}
    assert client.post("/track/case/add/", post).status_code == 303
    return found


def row(walk: Walk) -> Attachment:
    found: Attachment = walk.case.concern.attachments.get()
    return found


def url(walk: Walk) -> str:
    return f"/desk/cases/{walk.number}/original/{row(walk).uuid}/"


def post(walk: Walk, who: User, **data: Any) -> Any:
    return walk.cast.client(who).post(url(walk), data)


def page(walk: Walk, who: User) -> str:
    text: str = walk.cast.client(who).get(url(walk)).content.decode()
    return text


def answer(walk: Walk, who: User, **data: str) -> Any:
    name = Request.objects.latest("pk").uuid
    return walk.cast.client(who).post(f"{LIST}{name}/", data)


def saved(answer: Any) -> bool:
    """Whether this answer is the file as it was sent."""
    return bool(answer.streaming) and b"".join(answer.streaming_content) == ORIGINAL


def told(who: User) -> list[str]:
    while outbox.drain():
        pass
    rows = Message.objects.filter(recipient=who, kind="identity")
    return list(rows.values_list("text", flat=True))


def resident_reads(walk: Walk, path: str = "/track/case/") -> str:
    client = walk.cast.client()
    client.post("/track/", {"code": walk.code})
    text: str = client.get(path).content.decode()
    return text


def test_asked_granted_and_opened(cast: Cast, walk: Walk) -> None:
    assert "申请打开封存的原件" in page(walk, cast.clerk)
    assert post(walk, cast.clerk, **ASK).status_code == 303
    for second in (cast.supervisor, cast.dispatcher):
        assert "原件" in told(second)[0]
    assert not told(cast.clerk) and REASON in page(walk, cast.clerk)
    assert not saved(post(walk, cast.clerk, **ASK)) and Request.objects.count() == 1

    listed = cast.client(cast.supervisor).get(LIST).content.decode()
    assert "文件原件" in listed and cast.clerk.name in listed
    asked = cast.client(cast.supervisor).get(f"{LIST}{Request.objects.get().uuid}/")
    text = asked.content.decode()
    assert REASON in text and "同意打开封存的原件吗" in text
    assert str(row(walk).uuid) not in listed + text
    assert answer(walk, cast.supervisor, decision="granted").status_code == 303
    assert "原件" in told(cast.clerk)[0]

    assert "另一位工作人员已经同意" in page(walk, cast.clerk)
    assert not Entry.objects.filter(event="vault.revealed").exists()
    assert saved(post(walk, cast.clerk))
    # What one was granted is nobody else's, and nothing but this file.
    assert not saved(post(walk, cast.dispatcher))
    contact = cast.client(cast.clerk).post(f"/desk/cases/{walk.number}/contact/")
    assert "13812345678" not in contact.content.decode()
    assert not cast.client(cast.supervisor).get(LIST).context["rows"]


def test_the_person_reads_who_opened_it_and_why(cast: Cast, walk: Walk) -> None:
    post(walk, cast.clerk, **ASK)
    answer(walk, cast.supervisor, decision="granted")
    post(walk, cast.clerk)
    for story in (resident_reads(walk), resident_reads(walk, "/track/case/data/")):
        assert "有工作人员申请打开您所发文件的原件" in story
        assert "另一位工作人员同意打开文件原件" in story
        assert "工作人员打开了您所发文件的封存原件" in story and REASON in story
        assert "信访局" in story and cast.clerk.name not in story and "联系方式的申请" not in story
    now = clock.now()
    found = breach.look(now - timedelta(hours=1), now + timedelta(hours=1), [walk.number])
    assert [one.what for one in found.openings] == ["original"]


def test_refused_it_stays_shut(cast: Cast, walk: Walk) -> None:
    post(walk, cast.clerk, **ASK)
    assert answer(walk, cast.supervisor, decision="refused").status_code == 200
    answer(walk, cast.supervisor, decision="refused", why="照片副本已经够用")
    assert not saved(post(walk, cast.clerk)) and "照片副本已经够用" in page(walk, cast.clerk)
    assert not Entry.objects.filter(event="vault.revealed").exists()
    assert "没有同意：文件原件仍然密封" in resident_reads(walk)


def test_what_was_granted_ends(cast: Cast, walk: Walk) -> None:
    post(walk, cast.clerk, **ASK)
    answer(walk, cast.supervisor, decision="granted")
    with clock.at(timedelta(hours=25)):
        assert not saved(post(walk, cast.clerk))
    for _ in range(5):
        assert saved(post(walk, cast.clerk))
    assert not saved(post(walk, cast.clerk)) and Opening.objects.count() == 5


def test_an_emergency_opens_at_once_and_is_looked_at(cast: Cast, walk: Walk) -> None:
    assert saved(post(walk, cast.clerk, **ASK | {"purpose": "protect"}, emergency="on"))
    assert "原件被先行打开" in told(cast.supervisor)[0]
    assert Message.objects.filter(kind="identity", urgent=True).count() == 2
    assert "未经第二人同意先行查看：文件原件" in resident_reads(walk)
    assert "紧急" in page(walk, cast.clerk)
    assert answer(walk, cast.supervisor, verdict="wrong", why="可以等到第二天").status_code == 303
    assert not cast.client(cast.supervisor).get(LIST).context["rows"]


def test_nobody_it_is_about_and_nobody_without_business_asks_or_answers(
    cast: Cast, walk: Walk
) -> None:
    # In confidence the unit that handles it may see the copy and not ask for more.
    for who, status in ((cast.handler, 403), (cast.supervisor, 403), (cast.no_role, 404)):
        assert post(walk, who, **ASK).status_code == status
    assert not Request.objects.exists()
    post(walk, cast.dispatcher, **ASK)
    for who in (cast.dispatcher, cast.leader, cast.handler, cast.auditor):
        assert answer(walk, who, decision="granted").status_code == 404
    assert answer(walk, cast.supervisor, decision="granted").status_code == 303
    # Kept away afterwards: what was granted opens nothing, and nothing can be asked or answered.
    for user in (cast.dispatcher, cast.supervisor):
        Conflict.objects.create(
            case=walk.case, user=user, ground="about", source="desk", standing="confirmed",
            at=clock.now(),
        )  # fmt: skip
    assert post(walk, cast.dispatcher).status_code == 404
    assert post(walk, cast.clerk, **ASK).status_code == 303
    assert answer(walk, cast.supervisor, decision="granted").status_code == 404
    assert not cast.client(cast.supervisor).get(LIST).context["rows"]
    assert not Entry.objects.filter(event="vault.revealed").exists()


def test_when_the_second_person_turns_out_to_be_meant_the_grant_is_void(
    cast: Cast, walk: Walk
) -> None:
    post(walk, cast.clerk, **ASK)
    answer(walk, cast.supervisor, decision="granted")
    Conflict.objects.create(
        case=walk.case, user=cast.supervisor, ground="about", source="desk", standing="confirmed",
        at=clock.now(),
    )  # fmt: skip
    shut = post(walk, cast.clerk)
    assert shut.status_code == 409 and not saved(shut)


def test_in_the_sealed_lane_the_receiver_asks_and_another_receiver_agrees(cast: Cast) -> None:
    load_presets()
    load_sorting()
    walk = with_original(begin(cast, identity="confidential"))
    second = people.add_user(username="second", name="卫二", password=PASSWORD, by=SYSTEM)
    people.add_member(user=second, unit=cast.county, role=Role.DISCIPLINE_RECEIVER, by=SYSTEM)
    User.objects.update(must_change_password=False)
    walk.sort(category="conduct.attitude")
    cases.seal_case(walk.case, by=cast.viewer(cast.dispatcher))
    for who in (cast.clerk, cast.dispatcher, cast.supervisor, cast.handler):
        assert post(walk, who, **ASK).status_code == 404
    assert post(walk, cast.discipline_receiver, **ASK).status_code == 303
    for who in (cast.dispatcher, cast.supervisor, cast.discipline_receiver):
        assert answer(walk, who, decision="granted").status_code == 404
    assert answer(walk, second, decision="granted").status_code == 303
    assert saved(post(walk, cast.discipline_receiver))


@pytest.mark.parametrize(
    "wrong", [{"purpose": "curious"}, {"reason": "想看看"}, {"reason": "\x00" * 20}]
)
def test_what_is_missing_is_said_at_its_field(
    cast: Cast, walk: Walk, wrong: dict[str, str]
) -> None:
    found = post(walk, cast.clerk, **ASK | wrong)
    assert found.status_code == 200 and not Request.objects.exists()
    assert set(found.context["contact"]["ask"].errors) == set(wrong)


def test_a_file_that_is_gone_leaves_no_request_to_answer(cast: Cast, walk: Walk) -> None:
    post(walk, cast.clerk, **ASK)
    gone = url(walk)
    remove_files(walk.case.concern)
    assert cast.client(cast.clerk).get(gone).status_code == 404
    assert answer(walk, cast.supervisor, decision="granted").status_code == 404
    assert not cast.client(cast.supervisor).get(LIST).context["rows"]
    assert not told(cast.supervisor)
