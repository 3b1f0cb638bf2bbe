"""Files in a real browser: chosen while writing, taken away, their place offered, played back."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bench.trust import seeds
from lianxin.deadlines.actions import load_presets
from lianxin.intake.models import Attachment, Concern
from tests.cast import Cast, make_cast
from tests.intake.paper import WORDS
from tests.screen import Screen
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.browser
PLACE = ("31.234567", "121.456789")


@pytest.fixture
def town(screen: Screen) -> Cast:
    load_presets()
    cast = make_cast()
    load_sorting()
    return cast


def large_photo() -> bytes:
    """Large enough to be made smaller by the page, which loses the place it carries."""
    out = io.BytesIO()
    noise = Image.effect_noise((1400, 1100), 90).convert("RGB")
    noise.save(out, "JPEG", quality=92, exif=seeds.exif(Random(1)))
    assert len(out.getvalue()) > 700_000
    return out.getvalue()


def choose(page: Page, *sent: tuple[str, bytes]) -> None:
    files: Any = [{"name": name, "mimeType": _type(name), "buffer": data} for name, data in sent]
    page.set_input_files("#id_attachments", files=files)


def _type(name: str) -> str:
    return {"jpg": "image/jpeg", "pdf": "application/pdf"}.get(name[-3:], "text/plain")


def test_files_are_kept_while_writing_and_the_place_is_offered(screen: Screen, town: Cast) -> None:
    page = screen.phone("/report/")
    page.fill("#id_words", WORDS)
    choose(page, ("a.jpg", large_photo()), ("b.pdf", seeds.pdf(Random(1))), ("c.txt", b"hello"))
    page.wait_for_selector(".thumbs li:nth-child(2)")
    expect(page.locator("[data-file-status]")).to_contain_text("PDF")
    assert "PDF，2 页" in page.inner_text(".thumbs")
    screen.check(page)
    page.click(".thumbs li:nth-child(2) button")
    assert page.locator(".thumbs li").count() == 1
    page.click("main .form-end .btn-primary")
    screen.check(page)
    assert ",".join(PLACE) in page.inner_text(".seen-at")
    page.click("[name=use_place]")
    assert (page.input_value("#id_latitude"), page.input_value("#id_longitude")) == PLACE
    page.click("main .form-end .btn-primary")
    page.check('input[name="identity"][value="anonymous"]')
    page.click(".form-end .btn-primary")
    page.wait_for_url("**/report/done/")
    concern = Concern.objects.get()
    assert concern.attachments.count() == 1 and str(concern.latitude) == PLACE[0]


def test_an_original_is_sent_whole_when_it_is_wanted(screen: Screen, town: Cast) -> None:
    page = screen.phone("/report/")
    page.click(".file-new summary")
    page.check("#id_keep_original")
    choose(page, ("a.jpg", large_photo()))
    page.wait_for_selector(".thumbs li")
    assert "原件已封存" in page.inner_text(".thumbs")
    assert Attachment.objects.get().original == "jpg"


@pytest.mark.parametrize("kind", ["mp4", "webm", "opus"])
def test_a_film_plays_on_the_desk(screen: Screen, town: Cast, kind: str) -> None:
    from lianxin.intake import actions
    from tests.intake.test_file_page import cleaned

    walk = begin(town, attachments=(actions.store_file(cleaned(kind)).uuid,))
    page = screen.desk(town.dispatcher, f"/desk/cases/{walk.case.concern.number}/")
    length = page.evaluate(
        "async () => { const e = document.querySelector('video, audio'); e.preload = 'auto';"
        " e.load(); await new Promise((done, failed) => { e.oncanplay = done; e.onerror = () =>"
        " failed(new Error(e.error.message)); }); return e.duration; }"
    )
    assert length > 0.4
    screen.check(page)
