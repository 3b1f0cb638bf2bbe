"""What the environment says, read strictly."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from lianxin.config import environment


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("off", False), ("YES", True), ("", False)]
)
def test_flag(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("LIANXIN_HTTPS", text)
    assert environment.flag("LIANXIN_HTTPS") is value


def test_the_secret_key_is_made_once_and_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANXIN_SECRET_KEY", raising=False)
    monkeypatch.delenv("LIANXIN_SECRET_KEY_FILE", raising=False)
    first = environment.secret_key(tmp_path)
    assert environment.secret_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize(
    "url", ["smtp://", "http://mail.example.org", "smtp://host:port", "nonsense", "smtp://h:99999"]
)
def test_a_wrong_mail_address_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("LIANXIN_EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured):
        environment.email(tmp_path)


def test_a_password_with_signs_reaches_the_mail_server_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANXIN_EMAIL_URL", "smtps://u%40x:p%2Fw@mail.example.org?from=a@x.org")
    found = environment.email(tmp_path)
    assert found["EMAIL_HOST_PASSWORD"] == "p/w"
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"]) == (465, True)
    assert found["DEFAULT_FROM_EMAIL"] == "a@x.org"


@pytest.mark.parametrize("option", ["isolation_level=4", "server_side_binding=true"])
def test_an_option_of_the_database_that_would_say_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str
) -> None:
    monkeypatch.setenv("LIANXIN_DATABASE_URL", f"postgresql://somebody@127.0.0.1/name?{option}")
    with pytest.raises(ImproperlyConfigured, match=option.partition("=")[0]):
        environment.database(tmp_path)
