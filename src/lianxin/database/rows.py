"""Insert rows at a fraction of the cost of `bulk_create`: a model's statement is made once.

For the few tables that every filing and every act pass through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, ForeignKey, Model

# PostgreSQL's and SQLite's limits lie just above.
MOST_VALUES = 30_000
# What these hold goes to the engine as it is.
PLAIN = {
    "BigAutoField", "BooleanField", "CharField", "PositiveIntegerField",
    "PositiveSmallIntegerField", "TextField",
}  # fmt: skip
PLAIN_ON = {
    "sqlite": PLAIN,
    "postgresql": PLAIN | {"DateField", "DateTimeField", "DecimalField", "UUIDField"},
}


class _Plan(NamedTuple):
    """How rows of a model are written: names, one row's places, each column with what fills it."""

    into: str
    places: str
    columns: tuple[tuple[str, Field[Any, Any] | None], ...]


def insert(rows: Sequence[Model], *, then: Sequence[str] = ()) -> Any:
    """Insert new rows of one model in the caller's transaction and give each its key.

    Either all rows come with a key or none, and no field fills itself in (`auto_now`).
    IntegrityError as from any insert. Answers the first row of the last of the statements in
    `then`, which travel with the rows where the engine takes several statements. No rows: nothing
    is done and None answered.
    """
    if not rows:
        return None
    connection = connections[DEFAULT_DB_ALIAS]
    work = _statements(rows, connection)
    with connection.cursor() as cursor:
        for number, (some, (sql, values)) in enumerate(work, 1):
            last = number == len(work)
            key = connection.ops.quote_name(str(some[0]._meta.pk.column))
            several = [f"{sql} RETURNING {key}", *(then if last else ())]
            answers = journey(cursor, several, values)
            next(answers)
            for row, (key,) in zip(some, cursor.fetchall(), strict=True):
                row.pk = key
                row._state.adding, row._state.db = False, connection.alias
            deque(answers, maxlen=0)
        return cursor.fetchone()


def journey(
    cursor: CursorWrapper, statements: Sequence[str], values: Sequence[Any] | None = None
) -> Iterator[None]:
    """Execute statements and stand at the answer of each in turn; the values are the first one's.

    One journey to the database where the engine takes several statements.
    """
    together = ["; ".join(statements)] if cursor.db.vendor == "postgresql" else statements
    for sql in together:
        cursor.execute(sql, values)
        values = None
        yield
    for _each in statements[len(together) :]:
        cursor.nextset()
        yield


def append(*groups: Sequence[Model]) -> None:
    """Insert several groups of rows, each of one model, whose keys are known or not needed.

    One journey to the database for all of them where the engine takes several statements.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    work = [statement for rows in groups for _, statement in _statements(rows, connection)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and sum(len(v) for _, v in work) < MOST_VALUES:
            cursor.execute("; ".join(sql for sql, _ in work), [v for _, some in work for v in some])
        else:
            for sql, values in work:
                cursor.execute(sql, values)


def _statements(
    rows: Sequence[Model], connection: BaseDatabaseWrapper
) -> list[tuple[Sequence[Model], tuple[str, list[Any]]]]:
    if not rows:
        return []
    model = type(rows[0])
    filled = [n for n in _names(model) if any(getattr(row, n) is not None for row in rows)]
    plan = _plan(model, tuple(filled))
    step = MOST_VALUES // len(plan.columns)
    found = []
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        values = [
            value
            if (value := getattr(row, name)) is None or field is None
            else field.get_db_prep_save(value, connection)
            for row in some
            for name, field in plan.columns
        ]
        found.append((some, (plan.into + ", ".join([plan.places] * len(some)), values)))
    return found


@lru_cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@lru_cache
def _plan(model: type[Model], filled: tuple[str, ...]) -> _Plan:
    """For rows in which only these columns have values; the others are left to the database."""
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in model._meta.concrete_fields if field.attname in filled]
    names = ", ".join(quote(str(field.column)) for field in fields)
    return _Plan(
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ",
        f"({', '.join(['%s'] * len(fields))})",
        tuple((field.attname, None if _is_plain(field) else field) for field in fields),
    )


def _is_plain(field: Field[Any, Any]) -> bool:
    if isinstance(field, ForeignKey):
        return _is_plain(field.target_field)
    return field.get_internal_type() in PLAIN_ON[connections[DEFAULT_DB_ALIAS].vendor]
