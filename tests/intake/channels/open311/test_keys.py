"""Keys are made, listed and revoked by a command; each of it is in the journal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from lianxin.cli import program
from lianxin.intake.models import Open311Client
from lianxin.journal.models import Entry
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller


def run(*words: str, status: int = 0) -> str:
    """What the command prints."""
    done = CliRunner().invoke(program, ["open311", "key", *words])
    assert done.exit_code == status, done.output
    return str(done.stdout)


def test_a_key_is_shown_once_files_until_it_is_revoked_and_what_it_filed_stays(
    town: Cast,
) -> None:
    first, key = run("add", "随手拍").splitlines()
    number = Caller(key).file()["service_request_id"]
    assert "随手拍" in run("list")
    assert key not in run("list")
    pk = first.split()[0]
    assert "可" in run("list") or "may file" in run("list")
    run("revoke", pk)
    assert "revoked" in run("list")
    Caller(key).file(403)
    Caller().get(f"tokens/{number}.json")
    assert list(Entry.objects.filter(subject=f"client:{pk}").values_list("event", flat=True)) == [
        "intake.client_key_made",
        "intake.client_key_revoked",
    ]
    run("revoke", pk)
    assert Entry.objects.filter(event="intake.client_key_revoked").count() == 1


@pytest.mark.parametrize("name", ["", " ", "长" * 61])
def test_a_name_that_cannot_be(town: Cast, name: str) -> None:
    run("add", name, status=1)
    assert not Open311Client.objects.exists()


def test_a_number_that_is_none(town: Cast) -> None:
    run("revoke", "7", status=1)
