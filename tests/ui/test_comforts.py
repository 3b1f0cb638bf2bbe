"""What the script adds in a real browser, and that pages stand without it."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import override
from playwright.sync_api import Browser, Page, Route, expect

from lianxin import ui
from lianxin.access import ANONYMOUS, Grant, Viewer
from lianxin.ui.forms import DigitsField, FilesField, WordsField

# Every page of the desk asks whether the journal is whole.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
STATIC = Path(ui.__file__).parent / "static"
ADDRESS = "http://pages.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
CLERK = Viewer(user_id=5, name="张三", grants=(Grant("handler", 1, "0001."),))
DESK = """{% extends "ui/desk.html" %}{% load ui %}{% block title %}t{% endblock %}
{% block list %}<ul class="worklist"><li><a href="#1" id="r1">一</a></li>
<li><a href="#2" id="r2">二</a></li></ul>{% endblock %}
{% block content %}<h1>路灯不亮</h1>{% include "ui/form.html" with draft="note" %}{% endblock %}
{% block aside %}<div class="acts"><button class="btn" data-key="a" id="accept">受理</button></div>
<p>{% include "ui/light.html" with light="overdue" %}</p>{% endblock %}"""
FRONT = """{% extends "ui/front.html" %}{% block title %}t{% endblock %}
{% block content %}<h1>有事，跟我们说</h1>{% include "ui/form.html" %}{% endblock %}"""


class Note(forms.Form):
    words = WordsField(label="记录", max_length=20)
    phone = DigitsField(label="手机号", help_text="只用来联系您", required=False)
    solved = forms.ChoiceField(
        label="解决了吗", choices=[("y", "解决了"), ("n", "没有")], widget=forms.RadioSelect
    )
    attachments = FilesField(label="照片", required=False)


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Serves one template and the static files to a browser, under the strict policy."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def show(source: str, width: int, form: forms.Form | None = None, **options: Any) -> Page:
        request: Any = RequestFactory().get("/")
        request.viewer = CLERK if source is DESK else ANONYMOUS
        form = form or Note()
        with override("zh-hans"):
            html = engines["django"].from_string(source).render({"form": form}, request)

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(ADDRESS).split("?")[0]
            if path.startswith("/static/"):
                file = STATIC / path.removeprefix("/static/")
                kind = mimetypes.guess_type(file.name)[0] or "text/plain"
                route.fulfill(body=file.read_bytes(), content_type=kind)
            else:
                headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html"}
                route.fulfill(body=html, headers=headers)

        context = chromium.new_context(
            viewport={"width": width, "height": 844}, locale="zh-CN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.route("**/*", answer)
        page.goto(ADDRESS)
        return page

    yield show
    for context in contexts:
        context.close()
    assert complaints == []


def test_the_desk_answers_to_keys(open_page: Open) -> None:
    page = open_page(DESK, 1440)
    page.evaluate("accept.addEventListener('click', () => { window.accepted = true })")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "r1"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "r2"
    page.focus("[name=words]")
    page.keyboard.type("a?j")
    assert page.evaluate("window.accepted") is None
    assert page.input_value("[name=words]") == "a?j"
    page.focus("#r1")
    page.keyboard.press("a")
    assert page.evaluate("window.accepted") is True
    page.keyboard.press("?")
    assert "受理" in page.inner_text(".keys")
    page.keyboard.press("Escape")
    assert page.locator(".keys").count() == 0


def test_what_was_typed_is_there_after_the_page_was_left(open_page: Open) -> None:
    page = open_page(DESK, 1440)
    page.fill("[name=words]", "约明早到现场，路灯线路要查一遍，还要带梯子")
    page.check("[value=y]")
    assert page.inner_text(".counter.over") == "多了 1 个字"
    page.wait_for_timeout(600)
    page.reload()
    assert page.input_value("[name=words]").startswith("约明早到现场")
    assert page.is_checked("[value=y]")
    page.get_by_role("button", name="重新写").click()
    assert page.input_value("[name=words]") == ""
    page.reload()
    assert page.input_value("[name=words]") == ""


def test_a_second_press_sends_nothing(open_page: Open) -> None:
    page = open_page(FRONT, 390)
    page.evaluate(
        "document.querySelector('form.form').addEventListener('submit',"
        " e => { window.sent = (window.sent || 0) + 1; e.preventDefault(); })"
    )
    for _ in range(3):
        page.locator("form.form button").last.click(force=True)
    assert page.evaluate("window.sent") == 1


def test_large_type_and_night_change_in_place(open_page: Open) -> None:
    page = open_page(FRONT, 390)
    page.fill("[name=words]", "路灯")
    ground = "getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(ground)
    page.get_by_role("button", name="大字").click()
    page.locator("footer").get_by_role("button", name="深色").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    assert page.evaluate(ground) != day
    assert page.input_value("[name=words]") == "路灯"
    assert {c["name"]: c["value"] for c in page.context.cookies()} == {
        "large": "1",
        "theme": "dark",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("source", "width"), [(DESK, 1440), (DESK, 390), (FRONT, 390)])
def test_nothing_stands_in_the_way_of_anybody(
    open_page: Open, source: str, width: int, scheme: str
) -> None:
    refused = Note({"words": "x" * 50, "phone": "1x"})
    with override("zh-hans"):
        refused.full_clean()
    page = open_page(source, width, form=refused, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_dark_needs_no_script(open_page: Open) -> None:
    page = open_page(FRONT, 390, color_scheme="dark", java_script_enabled=False)
    page.locator("summary").click()
    expect(page.locator(".menu-sheet")).to_be_visible()
