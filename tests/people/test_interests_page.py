"""Declaring an interest on one's own page, and ending it; nobody else reads the list."""

from __future__ import annotations

import pytest

from lianxin.people.models import Interest
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE = "/desk/interests/"


def test_what_one_declares_stands_on_ones_own_page_alone(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    assert client.post(PAGE, {"kind": "business", "name": "清河物业公司"}).status_code == 302
    assert "清河物业公司" in client.get(PAGE).content.decode()
    other = cast.client(cast.dispatcher)
    assert "清河物业公司" not in other.get(PAGE).content.decode()
    row = Interest.objects.get()
    assert other.post(f"{PAGE}{row.pk}/end/").status_code == 404
    assert client.post(f"{PAGE}{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "business"}, "name"),
        ({"kind": "", "name": "某公司"}, "kind"),
        ({"kind": "relative", "person": "没有这个人"}, "person"),
        ({"kind": "relative", "person": "supervisor"}, "person"),
        ({"kind": "other", "name": "一"}, "name"),
        ({"kind": "other", "unit": "\x00"}, "unit"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, typed: dict[str, str], field: str) -> None:
    answer = cast.client(cast.supervisor).post(PAGE, typed)
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert not Interest.objects.exists()
