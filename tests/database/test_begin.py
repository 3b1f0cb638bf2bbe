"""On PostgreSQL a transaction begins with its first statement, and is one all the same."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, close_old_connections, connection, transaction
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL

from lianxin.journal.models import Chore

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL only"),
]
IDLE, INSIDE = TransactionStatus.IDLE, TransactionStatus.INTRANS


def status() -> TransactionStatus:
    found: TransactionStatus = connection.connection.info.transaction_status
    return found


def names() -> set[str]:
    return set(Chore.objects.values_list("name", flat=True))


class Broken(Exception):  # noqa: N818
    """What goes wrong after the writing."""


def write_and_break(*names: str) -> None:
    for name in names:
        Chore.objects.create(name=name)
    raise Broken


def test_what_is_written_in_a_block_that_fails_is_not_there() -> None:
    with pytest.raises(Broken), transaction.atomic():
        write_and_break("first", "second")
    assert status() == IDLE
    assert names() == set()


def test_a_block_begins_with_its_first_statement_and_ends() -> None:
    with transaction.atomic():
        assert status() == IDLE
        Chore.objects.create(name="first")
        assert status() == INSIDE
    assert status() == IDLE
    assert names() == {"first"}


def test_an_inner_block_alone_is_undone_when_it_is_the_first_statement() -> None:
    with transaction.atomic():
        with pytest.raises(Broken), transaction.atomic():
            write_and_break("inner")
        Chore.objects.create(name="outer")
    assert names() == {"outer"}


def test_a_block_whose_first_statement_fails_leaves_a_connection_that_works() -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / %s", [0])
    assert status() == IDLE
    with transaction.atomic():
        Chore.objects.create(name="after")
    assert names() == {"after"}


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("SELEC 1", None),
        ("SELECT %s", ["a\x00"]),
        ("SELECT %s", [object()]),
        ("SELECT %s, %s", [1]),
        ("SELECT * FROM there_is_no_such_table", None),
    ],
)
def test_a_first_statement_that_never_ran_does_not_cost_the_transaction(
    sql: str, values: Any
) -> None:
    def go_on_after_the_error() -> None:
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute(sql, values)
        # The server refuses what follows an error that it has seen.
        if status() != TransactionStatus.INERROR:
            write_and_break("lost")
        raise Broken

    with pytest.raises(Broken), transaction.atomic():
        go_on_after_the_error()
    assert names() == set()


def test_rows_are_locked_while_they_are_read_in_pieces() -> None:
    Chore.objects.create(name="one")
    with transaction.atomic():
        assert [row.name for row in Chore.objects.select_for_update().iterator()] == ["one"]


def test_a_connection_that_was_closed_underneath_is_opened_again() -> None:
    Chore.objects.create(name="one")
    connection.connection.close()
    close_old_connections()
    assert names() == {"one"}


def test_the_first_statement_gives_its_rows() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 7 WHERE '100%%' = %s", ["100%"])
        assert cursor.fetchall() == [(7,)]
        assert status() == INSIDE


def test_every_way_to_begin_is_inside_the_transaction() -> None:
    Chore.objects.create(name="kept")
    ways: list[Callable[[Any], object]] = [
        lambda cursor: cursor.execute(SQL("DELETE FROM journal_chore")),
        lambda cursor: cursor.executemany("DELETE FROM journal_chore WHERE name = %s", [["kept"]]),
        lambda cursor: (
            list(Chore.objects.iterator()) and cursor.execute("DELETE FROM journal_chore")
        ),
        lambda cursor: cursor.cursor.copy("COPY journal_chore TO STDOUT").__enter__().read(),
    ]
    for begin in ways:
        with transaction.atomic(), connection.cursor() as cursor:
            begin(cursor)
            assert status() != IDLE
            transaction.set_rollback(True)
    assert names() == {"kept"}


def test_a_transaction_by_hand_begins_anew_after_each_commit() -> None:
    transaction.set_autocommit(False)
    try:
        Chore.objects.create(name="first")
        transaction.commit()
        Chore.objects.create(name="second")
        transaction.rollback()
    finally:
        transaction.set_autocommit(True)
    assert names() == {"first"}


def test_a_connection_the_server_has_closed_is_opened_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    close_old_connections()  # as before each request
    Chore.objects.create(name="again")
    assert names() == {"again"}
