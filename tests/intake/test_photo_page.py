"""A photo is shown to whoever holds the code and to staff who see the concern. To nobody else."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from lianxin.intake import actions
from tests.cast import Cast
from tests.intake.paper import picture
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def _with_photo(cast: Cast) -> tuple[Walk, str]:
    photo = actions.store_photo(picture().read(), width=40, height=30)
    return begin(cast, photos=(photo.uuid,)), f"/photo/{photo.uuid}/"


def test_who_may_look_at_a_photo(cast: Cast) -> None:
    walk, path = _with_photo(cast)
    other = begin(cast)
    holder, stranger = Client(), Client()
    holder.post("/track/", {"code": walk.code})
    stranger.post("/track/", {"code": other.code})
    answer = holder.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("inline")
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]
    assert cast.client(cast.dispatcher).get(path).status_code == 200
    for client in (stranger, Client(), cast.client(cast.handler), cast.client(cast.no_role)):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["0" * 8, "../../etc/passwd", str(UUID(int=0))])
def test_a_name_that_is_none(cast: Cast, name: str) -> None:
    assert Client().get(f"/photo/{name}/").status_code == 404
