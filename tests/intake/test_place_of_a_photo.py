"""Where a photo was taken is offered to whoever sent it, and forgotten unless they say yes."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from PIL import Image

from bench.trust.seeds import exif
from lianxin.intake.models import Concern
from tests.cast import Cast
from tests.intake.paper import SCREENS, fill, hidden, picture

pytestmark = pytest.mark.django_db
PLACE = "31.234567,121.456789"


def taken_there() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "JPEG", exif=exif(Random(1)))
    file.name = "a.jpg"
    file.seek(0)
    return file


def test_it_is_offered_and_taken_with_a_button(cast: Cast) -> None:
    client = Client()
    second = fill(client, SCREENS[0], files=(taken_there(),))
    assert f'name="use_place" value="{PLACE}"' in second.content.decode()
    again = client.post("/report/", {**hidden(second), "use_place": PLACE})
    page = again.content.decode()
    assert 'value="31.234567"' in page and 'value="121.456789"' in page
    assert 'class="errors"' not in page and 'name="use_place"' not in page
    pin = {"latitude": "31.234567", "longitude": "121.456789", "do": "next"}
    third = client.post("/report/", {**hidden(again), **pin})
    client.post("/report/", {**hidden(third), **SCREENS[2], "do": "next"})
    concern = Concern.objects.get()
    assert (float(concern.latitude or 0), float(concern.longitude or 0)) == (31.234567, 121.456789)


def test_not_taken_it_is_forgotten(cast: Cast) -> None:
    client = Client()
    second = fill(client, SCREENS[0], files=(taken_there(),))
    third = client.post("/report/", {**hidden(second), **SCREENS[1], "do": "next"})
    assert PLACE not in third.content.decode() and "31.234" not in third.content.decode()
    client.post("/report/", {**hidden(third), **SCREENS[2], "do": "next"})
    concern = Concern.objects.get()
    assert concern.latitude is None and "31.23" not in concern.place
    kept = [path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert kept and not any(b"CANARY" in content for content in kept)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM intake_attachment")
        assert "31.23" not in repr(cursor.fetchall())


def test_without_a_place_nothing_is_offered(cast: Cast) -> None:
    second = fill(Client(), SCREENS[0], files=(picture(),))
    assert "use_place" not in second.content.decode()


def test_a_photo_taken_away_takes_its_place_along(cast: Cast) -> None:
    client = Client()
    first = fill(client, {"words": ""}, files=(taken_there(),))
    fields = hidden(first)
    assert fields["seen_at"] == [PLACE]
    gone = client.post("/report/", {**fields, "drop": fields["attachment"][0]})
    assert "seen_at" not in hidden(gone)


@pytest.mark.parametrize("said", ["", "1,2", "91.000000,", "<b>", "1.0000001,2.000000", "x" * 999])
def test_a_place_that_is_none_is_not_echoed(cast: Cast, said: str) -> None:
    post = {"at": "2", "words": "路灯坏了", "seen_at": said, "use_place": said}
    page = Client().post("/report/", post).content.decode()
    assert 'name="use_place"' not in page and 'name="seen_at"' not in page
