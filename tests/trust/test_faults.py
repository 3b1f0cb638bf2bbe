"""A full disk, a database that is away or held, mail that goes nowhere: told plainly, nothing lost.

P13. The long form is `bench/trust/faults.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.trust import faults
from tests.conftest import CI
from tests.postgres import Absent


@contextmanager
def possible_here() -> Iterator[None]:
    """Skip with a sentence where the machine cannot do it."""
    try:
        yield
    except faults.CannotMount as cannot:
        pytest.skip(str(cannot))
    except Absent as absent:
        if CI:
            raise
        pytest.skip(str(absent))


def test_a_full_disk_is_told_and_taken_up_again() -> None:
    with possible_here():
        fault = faults.full_disk(seconds=1)
        assert fault.borne, fault
        assert set(fault.statuses) == {507}


def test_postgresql_that_is_away_is_told_and_taken_up_again() -> None:
    with possible_here():
        fault = faults.postgresql_away(seconds=3)
        assert fault.borne, fault
        assert set(fault.statuses) == {503}


def test_a_database_file_that_is_held_is_told_and_taken_up_again() -> None:
    fault = faults.sqlite_locked(seconds=1.5)
    assert fault.borne, fault
    assert set(fault.statuses) == {503}


def test_filing_does_not_wait_for_mail() -> None:
    fault = faults.mail_into_a_black_hole(seconds=1)
    assert fault.touched and set(fault.statuses) == {303}
    assert fault.slowest < faults.LONGEST
    assert fault.left.clean


def test_saying_yes_to_everything_is_caught() -> None:
    with possible_here():
        assert faults.full_disk(seconds=0.5, build="tests.trust.bad_catch_all").left.lost
