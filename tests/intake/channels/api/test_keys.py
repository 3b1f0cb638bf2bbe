"""Tokens are made, listed and revoked by a command; each of it is in the journal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from lianxin.access import SYSTEM
from lianxin.cli import program
from lianxin.intake.channels.api import actions
from lianxin.intake.models import ApiClient
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from tests.cast import Cast
from tests.intake.channels.api.program import Program

pytestmark = pytest.mark.django_db


def run(*words: str, status: int = 0) -> str:
    """What the command prints."""
    done = CliRunner().invoke(program, ["api", "key", *words])
    assert done.exit_code == status, done.output
    return str(done.stdout)


def test_a_token_is_shown_once_and_works_until_it_is_revoked(town: Cast) -> None:
    first, token = run("add", "随手拍", "--scope", "file").splitlines()
    Program(token).file()
    assert "随手拍" in run("list") and token not in run("list")
    assert token not in str(ApiClient.objects.values())
    pk = first.split()[0]
    run("revoke", pk)
    Program(token).file(401)
    assert "revoked" in run("list")
    assert list(Entry.objects.filter(subject=f"api:{pk}").values_list("event", flat=True)) == [
        "intake.api_token_made",
        "intake.api_token_revoked",
    ]
    run("revoke", pk)
    assert Entry.objects.filter(event="intake.api_token_revoked").count() == 1


def test_a_token_of_the_desk_is_one_persons(town: Cast) -> None:
    made = run("add", "OA", "--scope", "desk:read", "--scope", "desk:act", "--user", "clerk")
    token = made.splitlines()[1]
    assert "cases" in Program(token).get("cases", tab="all")
    assert "(clerk)" in run("list")
    town.clerk.is_active = False
    town.clerk.save()
    Program(token).get("cases", 401)


@pytest.mark.parametrize(
    "words",
    [
        ("", "--scope", "file"), ("长" * 61, "--scope", "file"), ("x", "--scope", "everything"),
        ("x", "--scope", "desk:read"), ("x", "--scope", "file", "--user", "clerk"),
        ("x", "--scope", "desk:read", "--user", "nobody-like-this"),
    ],
)  # fmt: skip
def test_what_cannot_be(town: Cast, words: tuple[str, ...]) -> None:
    run("add", *words, status=1)
    assert not ApiClient.objects.exists()


def test_a_number_that_is_none(town: Cast) -> None:
    run("revoke", "7", status=1)


def test_the_database_refuses_a_token_of_the_desk_without_a_person(town: Cast) -> None:
    with pytest.raises(Problem):
        actions.make_token("x", ["desk:read"], by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiClient.objects.create(
            name="x", token_hash="y", scopes="desk:read file", made_at=clock.now()
        )
