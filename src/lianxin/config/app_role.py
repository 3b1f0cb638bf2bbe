"""The role that the product's own processes use on PostgreSQL: no more rights than they need.

It owns nothing. It can add to the journal and to its checkpoints and read them; it cannot change
what a resident said. Migrations are run by the owner. SQLite has no roles: whoever may write the
file may do everything.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from lianxin.intake import guards as words
from lianxin.journal import guards as journal
from lianxin.kernel.problems import Problem

NAME_LENGTH = 63
LIMITS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"
READ_ONLY = ("django_migrations",)
APPEND_ONLY = journal.TABLES
KEPT: Mapping[str, Sequence[str]] = words.KEPT
HOLDERS = """
    SELECT DISTINCT r.rolname
    FROM pg_class c, aclexplode(c.relacl) acl JOIN pg_roles r ON r.oid = acl.grantee
    WHERE c.oid = 'journal_entry'::regclass AND acl.grantee <> c.relowner
    AND acl.privilege_type = 'INSERT'
"""


def make(name: str, *, new_password: bool = False) -> str | None:
    """Make the role or bring its rights up to date; its password when a new one was set.

    Raises Problem on SQLite, for a role that owns tables or is a superuser, and when the present
    connection may not do this.
    """
    if connection.vendor != "postgresql":
        raise Problem("SQLite has no roles: whoever may write the file may do everything.")
    if not 0 < len(name.encode()) <= NAME_LENGTH or not name.isprintable():
        raise Problem("This cannot be the name of a role.")
    _owner_or_problem()
    with transaction.atomic(), connection.cursor() as cursor:
        known = _known(cursor, name)
        password = secrets.token_urlsafe(24) if new_password or not known else None
        verb = sql.SQL("ALTER ROLE {} {}" if known else "CREATE ROLE {} {}")
        parts: list[sql.Composable] = [sql.SQL(LIMITS)]
        if password:
            # Hashed on this side: the words of a statement may end in the server's log.
            hashed = connection.connection.pgconn.encrypt_password(
                password.encode(), name.encode(), b"scram-sha-256"
            )
            parts.append(sql.SQL("PASSWORD {}").format(sql.Literal(hashed.decode())))
        cursor.execute(verb.format(sql.Identifier(name), sql.SQL(" ").join(parts)))
        _grant(cursor, name)
    return password


def renew() -> list[str]:
    """Give every such role its rights on tables made since; their names. Part of `migrate`."""
    if connection.vendor != "postgresql" or not _owns_tables():
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(HOLDERS)
        names = [str(row[0]) for row in cursor.fetchall()]
        for name in names:
            _grant(cursor, name)
    return names


def may_change_the_journal() -> bool:
    """Whether the present connection could change, remove or unguard entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('journal_entry', 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
        )
        return bool(cursor.fetchone()[0])


def _grant(cursor: Any, name: str) -> None:
    role = sql.Identifier(name)

    def run(text: str, **parts: sql.Composable) -> None:
        cursor.execute(sql.SQL(text).format(role=role, **parts))

    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    run("GRANT CONNECT ON DATABASE {database} TO {role}", database=database)
    run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    run("REVOKE ALL ON SCHEMA public FROM {role}")
    run("GRANT USAGE ON SCHEMA public TO {role}")
    run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for table in connection.introspection.table_names(cursor):
        here = sql.Identifier(table)
        if table in READ_ONLY:
            run("GRANT SELECT ON {here} TO {role}", here=here)
        elif table in APPEND_ONLY:
            run("GRANT SELECT, INSERT ON {here} TO {role}", here=here)
        elif table in KEPT:
            columns = connection.introspection.get_table_description(cursor, table)
            free = [column.name for column in columns if column.name not in KEPT[table]]
            listed = sql.SQL(", ").join(map(sql.Identifier, free))
            run("GRANT SELECT, INSERT, DELETE ON {here} TO {role}", here=here)
            run("GRANT UPDATE ({listed}) ON {here} TO {role}", here=here, listed=listed)
        else:
            run("GRANT SELECT, INSERT, UPDATE, DELETE ON {here} TO {role}", here=here)


def _known(cursor: Any, name: str) -> bool:
    cursor.execute(
        "SELECT rolsuper, EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) "
        "FROM pg_roles r WHERE rolname = %s",
        [name],
    )
    row = cursor.fetchone()
    if row and any(row):
        raise Problem(f"{name} is a superuser or owns tables. Choose another name.")
    return row is not None


def _owner_or_problem() -> None:
    if not _owns_tables():
        raise Problem("Run this with the database's owner in LIANXIN_DATABASE_URL.")


def _owns_tables() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = "
            "to_regclass('journal_entry')"
        )
        row = cursor.fetchone()
        return bool(row and row[0])
