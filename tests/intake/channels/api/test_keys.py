"""Tokens are made, listed and revoked by a command; each of it is in the journal."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from lianxin.access import SYSTEM
from lianxin.cli import program
from lianxin.intake.channels.api import actions
from lianxin.intake.models import ApiClient, ApiHook
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.notices.models import Message
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


def test_a_new_token_is_of_the_same_program_and_files_nothing_twice(town: Cast) -> None:
    first, old = run("add", "随手拍", "--scope", "file").splitlines()
    pk, key = first.split()[0], str(uuid.uuid4())
    filed = Program(old).file(key=key)
    new = run("renew", pk).strip()
    again = Program(new).file(key=key)
    assert again["repeated"] and again["number"] == filed["number"]
    Program(old).file(401)
    renewed = Entry.objects.filter(subject=f"api:{pk}", event="intake.api_token_renewed")
    assert renewed.count() == 1
    run("revoke", pk)
    run("renew", pk, status=1)
    Program(new).file(401)


def test_a_program_that_was_revoked_is_told_nothing(town: Cast) -> None:
    pk = run("add", "随手拍", "--scope", "file").split()[0]
    run("revoke", pk)
    words = ["api", "hook", "set", pk, "https://a.example/hook"]
    done = CliRunner().invoke(program, words)
    assert done.exit_code == 1 and "已停用" in done.output
    assert not ApiHook.objects.exists()


def test_days_are_those_of_shanghai(town: Cast) -> None:
    with clock.at(datetime(2026, 1, 31, 20, tzinfo=UTC)):
        run("add", "随手拍", "--scope", "file")
    assert "since 2026-02-01" in run("list")


def test_whoever_a_program_acts_for_is_told(town: Cast) -> None:
    run("add", "OA", "--scope", "desk:read", "--user", "clerk")
    run("add", "随手拍", "--scope", "file")
    told = Message.objects.get()
    assert told.recipient == town.clerk and "OA" in told.text and told.urgent


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
