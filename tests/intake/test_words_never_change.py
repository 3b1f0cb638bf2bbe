"""Nobody changes what a resident said: the database itself refuses (C4, invariant 5)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from lianxin.intake import actions, guards
from lianxin.intake.models import Addition, Concern
from tests.cast import Cast
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(cast: Cast) -> Walk:
    found = begin(cast)
    actions.add_words(found.case.concern, words="又坏了一盏。", by=found.resident)
    return found


@pytest.mark.parametrize("column", ["words", "title", "wish", "place", "number"])
def test_a_concern_stays_as_it_was_said(walk: Walk, column: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Concern.objects.update(**{column: "别的话"})
    assert walk.case.concern.words != "别的话"


def test_an_addition_stays_too(walk: Walk) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Addition.objects.update(words="别的话")


def test_without_the_guard_it_would_go_through(walk: Walk) -> None:
    """The known-bad twin: it is the trigger that refuses, and nothing else."""
    guards.remove(connection)
    try:
        assert Concern.objects.update(words="别的话") == 1
    finally:
        guards.install(connection)
