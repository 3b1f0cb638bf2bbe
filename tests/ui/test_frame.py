"""The frame around every page: who sees which links, how it looks, and that it always renders."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from lianxin.access import ANONYMOUS, Grant, Viewer
from lianxin.ui import nav, views
from lianxin.ui.htmx import redirect, render

HANDLER = Viewer(user_id=5, name="<张三>", grants=(Grant("handler", 1, "0001."),))


def request_of(path: str = "/", viewer: Viewer = ANONYMOUS, **cookies: str) -> Any:
    request: Any = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.viewer = viewer
    return request


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "413", "500"])
def test_error_pages_need_neither_request_nor_context(page: str, language: str) -> None:
    with override(language):
        html = get_template(f"{page}.html").render()
    assert f'lang="{language}"' in html
    assert 'href="/' in html
    assert "data-message" in html
    assert "style=" not in html


def test_the_reader_s_choices_are_in_the_page_the_server_sends() -> None:
    html = render_to_string("ui/front.html", request=request_of(theme="dark", large="1"))
    assert 'data-bs-theme="dark"' in html
    assert 'class="front large"' in html
    assert 'media="screen"' in html
    plain = render_to_string("ui/front.html", request=request_of(theme='"><script>'))
    assert "<script>" not in plain
    assert "data-bs-theme=" not in plain


@pytest.mark.django_db
def test_the_rail_shows_only_what_the_viewer_s_roles_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_desk", {})
    nav.register("For handlers", "look", "inbox", ["handler"], 1)
    nav.register("For auditors", "nowhere", "lock", ["auditor"], 2)
    assert [link.label for link in nav.desk_links(HANDLER, "/")] == ["For handlers"]
    assert nav.desk_links(ANONYMOUS, "/") == []
    html = render_to_string("ui/desk.html", request=request_of(viewer=HANDLER))
    assert "For handlers" in html
    assert "&lt;张三&gt;" in html
    with pytest.raises(ValueError, match="no drawing"):
        nav.register("x", "x", "no-such-drawing")


def look(**data: str) -> Any:
    return views.look(RequestFactory().post("/look/", data))


def test_choices_are_kept_in_cookies_and_lead_back_to_the_page() -> None:
    response = look(next="/a/?b=1", large="1", theme="dark", language="en")
    assert response["Location"] == "/a/?b=1"
    kept = {name: cookie.value for name, cookie in response.cookies.items()}
    assert kept == {"large": "1", "theme": "dark", "django_language": "en"}


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:x", ""])
def test_a_choice_never_leads_to_another_place(target: str) -> None:
    assert look(next=target, theme="x\r\ny", language="../x")["Location"] == "/"


def test_one_address_answers_with_the_page_or_the_part() -> None:
    request = request_of()
    assert b"<!doctype html>" in render(request, "404.html", fragment="ui/pager.html").content
    request.htmx = type("H", (), {"boosted": False, "history_restore_request": False})()
    part = render(request, "404.html", {"next_url": "?a=1"}, fragment="ui/pager.html")
    assert b"<!doctype" not in part.content
    assert b'href="?a=1"' in part.content
    assert "HX-Request" in part["Vary"]
    assert redirect(request, "/x/")["HX-Redirect"] == "/x/"
    assert redirect(request_of(), "/x/").status_code == 303


def drawn(source: str, **context: Any) -> str:
    template = engines["django"].from_string("{% load ui %}" + source)
    return template.render(context, request_of("/?page=2&q=路灯"))


def test_tags_escape_and_group() -> None:
    assert drawn("{{ x|paragraphs }}", x="<b>\r\ny\n\n\nz") == (
        '<p class="words">&lt;b&gt;<br>y</p>\n<p class="words">z</p>'
    )
    assert drawn("{{ x|receipt }}", x="7K2QM4XD93C") == "7K2Q-M4XD-93C"
    assert drawn("{% qs page=None tab='a' %}") == "?q=%E8%B7%AF%E7%81%AF&amp;tab=a"
    assert drawn("{% icon 'no-such' %}") == ""
    light = drawn("{% include 'ui/light.html' with light='overdue' %}")
    assert "▲" in light
