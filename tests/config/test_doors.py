"""What every page carries, and what is turned away before any page."""

from __future__ import annotations

import pytest
from django.core.checks import Error
from django.db import connection
from django.test import Client, override_settings

from lianxin.config import checks

pytestmark = pytest.mark.django_db


@override_settings(MAX_BODY=1_000)
def test_a_body_too_large_gets_a_page_not_an_error(client: Client) -> None:
    response = client.post("/", b"x" * 1_001, content_type="text/plain")
    assert response.status_code == 413
    assert "<h1>" in response.content.decode()


def test_pages_allow_no_foreign_or_inline_code(client: Client) -> None:
    policy = client.get("/there-is-no-such-page").headers["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == ["'self'"]
    assert "unsafe" not in policy


def test_a_setting_that_may_lose_a_commit_is_found() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA trusted_schema=ON")
        else:
            cursor.execute("SET LOCAL synchronous_commit = off")
    try:
        found = checks.durable()
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA trusted_schema=OFF")
    wrong = "trusted_schema" if connection.vendor == "sqlite" else "synchronous_commit"
    assert any(isinstance(one, Error) and one.msg.startswith(wrong) for one in found)
