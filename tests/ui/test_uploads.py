"""Files on their way in: what cannot be taken is said at its place, and costs no words."""

from __future__ import annotations

import io
import time

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from PIL import Image

from bench.trust.corpus import png
from lianxin import files
from lianxin.ui import uploads
from lianxin.ui.forms import FilesField
from lianxin.ui.uploads import LimitedUploadHandler


class Sheet(forms.Form):
    words = forms.CharField(required=False)
    attachments = FilesField(label="照片或文件", required=False, most=3)


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return out.getvalue()


def test_every_fault_is_named_with_its_place() -> None:
    sent: list[UploadedFile[bytes]] = [
        SimpleUploadedFile("a.jpg", b"PK\x03\x04", content_type="image/jpeg"),
        SimpleUploadedFile("b.png", png(60_000, 60_000, b"")),
        SimpleUploadedFile("c.pdf", b"%PDF-1.7"),
    ]
    with override("zh-hans"):
        form = Sheet({}, MultiValueDict({"attachments": sent}))
        first, second, third = map(str, form.errors["attachments"])
        assert first.startswith("第 1 个文件") and "PDF" in first and "Word" in first
        assert second.startswith("第 2 个文件太大，一个最多 25 MB")
        assert third.startswith("第 3 个文件打不开")
        form = Sheet({}, MultiValueDict({"attachments": [*sent, sent[0]]}))
        assert form.errors["attachments"] == ["一次最多附 3 个文件。"]


def test_the_content_says_what_it_is_and_not_the_name() -> None:
    sent: list[UploadedFile[bytes]] = [
        SimpleUploadedFile("letter.docx", jpeg(), content_type="application/msword")
    ]
    form = Sheet({}, MultiValueDict({"attachments": sent}))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["attachments"][0].copy.format.media_type == "image/jpeg"


def test_the_files_of_one_request_have_one_limit_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SECONDS", 0.0)
    sent: list[UploadedFile[bytes]] = [SimpleUploadedFile("a.jpg", jpeg()) for _ in range(2)]
    began = time.monotonic()
    form = Sheet({}, MultiValueDict({"attachments": sent}))
    with override("zh-hans"):
        assert all("太久" in str(error) for error in form.errors["attachments"])
    assert time.monotonic() - began < 5


def post(content: bytes) -> HttpRequest:
    request = RequestFactory().post(
        "/", {"attachments": SimpleUploadedFile("a.jpg", content), "words": "路灯不亮"}
    )
    request.upload_handlers = [LimitedUploadHandler(request)]
    return request


def test_a_file_too_large_is_drained_and_the_words_beside_it_survive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 100_000)
    request = post(b"x" * 900_000)
    with override("zh-hans"):
        form = Sheet(request.POST, request.FILES)
        assert str(form.errors["attachments"][0]).startswith("第 1 个文件太大")
    assert form.cleaned_data["words"] == "路灯不亮"
    [kept] = request.FILES.getlist("attachments")
    assert kept.read() == b""


def test_a_photo_within_the_limit_arrives_with_what_came() -> None:
    request = post(jpeg())
    form = Sheet(request.POST, request.FILES)
    assert form.is_valid(), form.errors
    [sent] = form.cleaned_data["attachments"]
    assert (sent.copy.width, sent.copy.height) == (60, 40)
    sent.original.seek(0)
    assert sent.original.read() == jpeg()
