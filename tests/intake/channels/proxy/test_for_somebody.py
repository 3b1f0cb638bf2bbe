"""Somebody files for another person, with their written word; the concern is the person's."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lianxin.intake.channels.doors import told
from lianxin.intake.models import Concern, Proxy
from lianxin.intake.queries import by_code
from lianxin.journal import outbox
from lianxin.vault import queries as vault
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def said(**changes: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()), "words": "高龄津贴三个月没发。", "identity": "named",
        "name": "买买提·阿不都热合曼", "phone": "13812345678", "reply_mode": "phone",
        "relation": "relative", "proxy_name": "欧阳小军", "proxy_phone": "１３９ 1234 5678",
        "paper": "卷宗 2026-15",
    } | changes  # fmt: skip


def test_the_concern_is_the_persons_and_the_proxy_is_sealed_beside_them(cast: Cast) -> None:
    client, form = cast.client(cast.secretary), said()
    page = client.post("/desk/register/proxy/", form)
    code = page.context["code"]
    assert client.post("/desk/register/proxy/", form).context["code"] == code
    concern = Concern.objects.get()
    assert by_code(code) == concern and concern.channel == "proxy"
    assert vault.fields(concern.uuid) == ["name", "phone", "proxy_name", "proxy_phone"]
    assert "装进信封" in page.content.decode()
    rows = [*Concern.objects.values(), *Proxy.objects.values()]
    assert "欧阳" not in str(rows) and "13912345678" not in str(rows)


def test_the_case_says_that_it_was_brought_with_a_written_word(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    client.post("/desk/register/proxy/", said())
    concern = Concern.objects.get()
    assert "卷宗 2026-15" in told(concern)
    outbox.drain()
    page = client.get(f"/desk/cases/{concern.number}/").content.decode()
    assert "卷宗 2026-15" in page and "欧阳" not in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"paper": ""}, "paper"),
        ({"paper": "\u200b"}, "paper"),
        ({"paper": "号" * 81}, "paper"),
        ({"relation": ""}, "relation"),
        ({"relation": "boss"}, "relation"),
        ({"proxy_name": ""}, "proxy_name"),
        ({"proxy_phone": "139"}, "proxy_phone"),
        ({"name": ""}, "name"),
        ({"identity": "anonymous"}, "identity"),
        ({"words": "\x00"}, "words"),
    ],
)
def test_what_is_missing_is_told_and_all_that_was_typed_stays(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    page = cast.client(cast.clerk).post("/desk/register/proxy/", said(**changes))
    assert field in page.context["form"].errors and not Concern.objects.exists()
    kept = "卷宗 2026-15" if field != "paper" else "欧阳小军"
    assert kept in page.content.decode()


def test_without_a_paper_the_database_keeps_nobody_as_a_proxy(cast: Cast) -> None:
    cast.client(cast.clerk).post("/desk/register/proxy/", said())
    with pytest.raises(IntegrityError), transaction.atomic():
        Proxy.objects.update(paper="")
