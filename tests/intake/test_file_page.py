"""A file is shown to whoever holds the code and to staff who see the concern. To nobody else."""

from __future__ import annotations

import tempfile
from random import Random
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.trust import seeds
from lianxin import files
from lianxin.files import Clean
from lianxin.intake import actions
from lianxin.intake.storage import file_path
from tests.cast import Cast
from tests.intake.paper import copy
from tests.signing_in import session_of
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def _with(cast: Cast, kept: Clean) -> tuple[Walk, str]:
    row = actions.store_file(kept)
    return begin(cast, attachments=(row.uuid,)), f"/file/{row.uuid}/"


def cleaned(kind: str) -> Clean:
    """A clean copy of a file of this kind."""
    with tempfile.TemporaryFile() as source:
        source.write(seeds.MAKERS[kind](Random(3)))
        source.flush()
        return files.clean(source)


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_who_may_look_at_a_photo(cast: Cast) -> None:
    walk, path = _with(cast, copy())
    other = begin(cast)
    holder, stranger = Client(), Client()
    holder.post("/track/", {"code": walk.code})
    stranger.post("/track/", {"code": other.code})
    answer = holder.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private, no-store")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Disposition"].startswith("inline")
    assert body(answer)[:2] == b"\xff\xd8"
    assert cast.client(cast.dispatcher).get(path).status_code == 200
    for client in (stranger, Client(), cast.client(cast.handler), cast.client(cast.no_role)):
        assert client.get(path).status_code == 404


def test_a_file_of_others_costs_what_a_file_that_is_not_there_costs(cast: Cast) -> None:
    _walk, path = _with(cast, copy())
    nowhere = f"/file/{UUID(int=7, version=4)}/"
    for client in (Client(), cast.client(cast.handler)):
        client.get(nowhere)
        with CaptureQueriesContext(connection) as absent:
            client.get(nowhere)
        with CaptureQueriesContext(connection) as foreign:
            client.get(path)
        assert len(foreign) == len(absent)


def test_a_password_alone_opens_no_file(cast: Cast) -> None:
    _walk, path = _with(cast, copy())
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(cast.dispatcher, second=False)
    assert client.get(path).status_code == 404
    assert cast.client(cast.dispatcher).get(path).status_code == 200


def test_a_film_is_taken_away_under_our_name_and_played_part_by_part(cast: Cast) -> None:
    walk, path = _with(cast, cleaned("mp4"))
    [row] = walk.case.concern.attachments.all()
    whole = file_path(row.uuid, "mp4").read_bytes()
    client = cast.client(cast.dispatcher)
    answer = client.get(path)
    assert answer["Content-Disposition"] == f'attachment; filename="{row.uuid}.mp4"'
    assert answer["Accept-Ranges"] == "bytes" and body(answer) == whole
    for asked, start, end in (("0-99", 0, 100), ("200-", 200, None), ("-50", -50, None)):
        part = client.get(path, headers={"Range": f"bytes={asked}"})
        assert part.status_code == 206 and body(part) == whole[start:end]
    assert part["Content-Range"] == f"bytes {len(whole) - 50}-{len(whole) - 1}/{len(whole)}"
    assert client.get(path, headers={"Range": "bytes=999999999-"}).status_code == 416
    for strange in ("bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=9" * 30):
        assert client.get(path, headers={"Range": strange}).status_code == 200
    page = client.get(f"/desk/cases/{walk.case.concern.number}/").content.decode()
    assert f'<video controls preload="metadata" src="{path}"' in page


@pytest.mark.parametrize("name", ["0" * 8, "../../etc/passwd", str(UUID(int=0))])
def test_a_name_that_is_none(cast: Cast, name: str) -> None:
    assert Client().get(f"/file/{name}/").status_code == 404
