"""Whatever comes to the form for somebody else: no error, no half filing, nothing typed lost."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.intake import actions
from lianxin.intake.models import Attachment, Concern, Helper, Proxy
from tests.intake.channels.proxy.afar import last_screen
from tests.intake.paper import WORDS, copy, hidden, picture

pytestmark = pytest.mark.django_db
MP3 = b"ID3\x03" + bytes(2000)


def sheet(name: str, content: bytes, kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def two() -> list[io.BytesIO]:
    return [picture(), picture("PNG")]


CORPUS: dict[str, tuple[dict[str, Any], str]] = {
    "no sheet": ({"authority": ""}, "authority"),
    "an empty sheet": ({"authority": sheet("a.jpg", b"")}, "authority"),
    "no picture": ({"authority": sheet("a.jpg", b"not a picture at all")}, "authority"),
    "half a picture": ({"authority": sheet("a.jpg", picture().read()[:200])}, "authority"),
    "a program": ({"authority": sheet("a.exe", b"MZ" + bytes(500))}, "authority"),
    "spoken, not signed": ({"authority": sheet("a.mp3", MP3, "audio/mpeg")}, "authority"),
    "two sheets": ({"authority": two()}, "authority"),
    "a kept sheet nobody sent": ({"authority": "", "kept": str(uuid.uuid4())}, "authority"),
    "a kept sheet that is no name": ({"authority": "", "kept": "../../etc/passwd"}, "authority"),
    "a kept sheet with a null": ({"authority": "", "kept": "\x00"}, "authority"),
    "no relation": ({"relation": ""}, "relation"),
    "a relation of one's own": ({"relation": "boss"}, "relation"),
    "nobody who writes": ({"proxy_name": ""}, "proxy_name"),
    "nobody to be seen": ({"proxy_name": "\u200b"}, "proxy_name"),
    "a long name": ({"proxy_name": "阿" * 41}, "proxy_name"),
    "half a number": ({"proxy_phone": "139"}, "proxy_phone"),
    "nobody's matter": ({"name": ""}, "name"),
    "in confidence, without a name": ({"identity": "confidential", "name": " "}, "name"),
    "anonymous": ({"identity": "anonymous"}, "identity"),
    "no identity": ({"identity": ""}, "identity"),
    "not reachable": ({"phone": ""}, "phone"),
    "one number for both": ({"phone": "139 1234 5678"}, "phone"),
    "a letter to nowhere": ({"reply_mode": "letter"}, "address"),
    "a way that is none": ({"reply_mode": "dove"}, "reply_mode"),
}


@pytest.mark.parametrize("name", CORPUS)
def test_each_fault_is_told_at_its_field_and_the_rest_stays(name: str) -> None:
    changes, field = CORPUS[name]
    answer = Client().post("/report/", last_screen(**changes))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    page = answer.content.decode()
    assert hidden(answer)["words"] == [WORDS]
    assert ("欧阳小军" in page) == ("proxy_name" not in changes or "阿" in name)
    assert not Concern.objects.exists() and not Proxy.objects.exists()
    assert not Helper.objects.exists()
    # What was right is kept for the next try: the sheet too, where there was one.
    assert ("kept" in hidden(answer)) == ("authority" not in changes)


def test_an_ordinary_file_is_no_sheet_and_a_sheet_no_ordinary_file() -> None:
    row = actions.store_file(copy())
    answer = Client().post("/report/", last_screen(authority="", kept=str(row.uuid)))
    assert answer.status_code == 200 and "authority" in answer.context["form"].errors
    kept = actions.store_authority(copy())
    post = last_screen(attachment=str(kept.uuid))
    assert Client().post("/report/", post).status_code == 303
    assert Attachment.objects.get(pk=kept.pk).authority, "sealed wherever it hangs"
    assert Client().get(f"/file/{kept.uuid}/").status_code == 404


def test_a_sheet_serves_one_matter_only() -> None:
    first = Client().post("/report/", last_screen())
    assert first.status_code == 303
    used = Attachment.objects.get()
    again = Client().post("/report/", last_screen(authority="", kept=str(used.uuid)))
    assert again.status_code == 200 and "authority" in again.context["form"].errors
    assert Concern.objects.count() == 1


@pytest.mark.parametrize("do", ["", "show", "hide", "else", "\x00"])
def test_the_receipt_bears_any_press(do: str) -> None:
    assert Client().post("/report/done/", {"do": do}).status_code == 302
    client = Client()
    client.post("/report/", last_screen())
    assert client.post("/report/done/", {"do": do}).status_code in (302, 303)
    assert client.get("/report/done/").status_code == 200


ODD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["on", "", "\x00", "named", "relative", "1", "３", "\u202e", "💡" * 30]),
)
FIELDS = (
    "at", "do", "for_other", "relation", "proxy_name", "proxy_phone", "kept", "identity", "name",
    "phone", "email", "address", "reply_mode", "notify", "drop", "same_as", "box",
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6))
def test_nothing_that_is_typed_makes_an_error_or_half_a_filing(changes: dict[str, str]) -> None:
    kept = {"authority": "", "kept": str(actions.store_authority(copy()).uuid)}
    answer = Client().post("/report/", {**last_screen(**kept), **changes})
    assert answer.status_code in (200, 303)
    assert Proxy.objects.count() == Helper.objects.count()
    assert not Concern.objects.filter(channel="proxy", proxy__isnull=True).exists()
