"""Whatever is typed at a door of the desk is filed once, or told at its field and kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.access import Viewer
from lianxin.intake.channels.door import Door
from lianxin.intake.channels.doors import DOORS
from lianxin.intake.models import Concern
from lianxin.vault.models import Entry
from tests.cast import Cast
from tests.intake.channels.test_register import said

pytestmark = pytest.mark.django_db
HOSTILE = (
    *("", " ", "　", "\x00", "a\x00b", "\ud83d", "\u202e反过来", "<script>alert(1)</script>"),
    *("{{ 7*7 }}{% load x %}", "%(n)s %s {0}", "=cmd|'/c calc'!A1", "' OR 1=1 --", "../../etc"),
    *("0", "-1", "１２", "1e400", "NaN", "9" * 40, "6", "六"),
    *("2026-02-30", "0001-01-01T00:00", "9999-12-31", "２０２６－０１－０２", "昨天"),
    *("字" * 12_000, "a" * 70_000, "on", "anonymous", "named", "pigeon", "王@", "1" * 5_000),
)
PROXY = {"relation": "relative", "proxy_name": "欧阳小军", "paper": "卷宗 2026-15"}
ANYTHING = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))


def fields(door: Door) -> dict[str, forms.Field]:
    """What the door's form asks for."""
    return door.form(viewer=Viewer(None, "")).fields


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_it_is_filed_once_or_told_at_its_field(cast: Cast, door: Door, data: st.DataObject) -> None:
    asked = fields(door)
    odd = data.draw(st.dictionaries(st.sampled_from(sorted(asked)), ANYTHING, max_size=4))
    typed = said(**PROXY) | odd
    client = cast.client(cast.clerk)
    before, sealed = Concern.objects.count(), Entry.objects.count()
    answer = post(client, door, typed)
    assert answer.status_code == 200
    form = answer.context.get("form")
    if form is None:
        assert Concern.objects.count() == before + 1
        post(client, door, typed)
        assert Concern.objects.count() == before + 1
        return
    assert (Concern.objects.count(), Entry.objects.count()) == (before, sealed)
    page = answer.content.decode()
    assert form.errors and 'id="errors"' in page
    for name in set(form.errors) & set(asked):
        assert form.fields[name].widget.is_hidden or f'id="id_{name}_error"' in page
    assert "井盖" in page or "words" in odd


def post(client: Client, door: Door, typed: dict[str, str]) -> Any:
    """As a browser sends it, and as one that is not: half a character goes along."""
    body = urlencode({name: text.encode("utf-8", "surrogatepass") for name, text in typed.items()})
    kind = "application/x-www-form-urlencoded"
    return client.post(f"/desk/register/{door.name}/", body, content_type=kind)
