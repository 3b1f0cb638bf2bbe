"""On PostgreSQL the product works as a role that cannot change what was written."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import Error, connection, transaction
from django.test import Client
from psycopg import sql

from lianxin.config import app_role, journal_checks
from lianxin.deadlines import actions as deadlines
from lianxin.intake.models import Concern
from lianxin.journal import checkpoints, outbox, periodic
from lianxin.journal.models import Entry
from lianxin.kernel.problems import Problem
from tests.cast import make_cast
from tests.walk import begin, load_sorting

NAME = 'lianxin-app\'s "own"'


@pytest.fixture
def owner(transactional_db: None) -> Iterator[str]:
    """The name of the role that owns the tables; it speaks to the database again afterwards."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    name = str(connection.settings_dict["USER"])
    yield name
    speak_as(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME])
        if cursor.fetchone():
            role = sql.Identifier(NAME)
            cursor.execute(sql.SQL("DROP OWNED BY {}").format(role))
            cursor.execute(sql.SQL("DROP ROLE {}").format(role))


def speak_as(name: str) -> None:
    connection.close()
    connection.settings_dict["USER"] = name


@pytest.fixture
def app(owner: str) -> str:
    deadlines.load_presets()  # an earlier test with real commits has emptied the tables
    load_sorting()
    assert app_role.make(NAME)
    speak_as(NAME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (NAME,)
    return NAME


def test_the_whole_loop_works_and_so_does_the_worker(app: str) -> None:
    cast = make_cast()
    walk = begin(cast)
    assert walk.until("closed").state == "closed"
    periodic.run_due()
    assert checkpoints.latest()
    cache.set("a", 1)
    assert cache.get("a") == 1
    answer = Client().post(
        "/report/",
        {
            "at": "3", "key": str(uuid.uuid4()), "words": "路灯坏了三天", "place": "东关大街",
            "wish": "", "identity": "anonymous", "reply_mode": "online",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    outbox.drain()
    page = cast.client(cast.dispatcher).get("/desk/")
    assert page.status_code == 200
    assert journal_checks.least_privilege() == []


RIGHTS = re.compile("permission denied|must be (owner|superuser)")
REFUSED = [
    "UPDATE journal_entry SET data = '{}'",
    "DELETE FROM journal_entry",
    "TRUNCATE journal_entry CASCADE",
    "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_entry_no_change ON journal_entry",
    "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NEW; END $$",
    "ALTER TABLE journal_entry ADD COLUMN x int",
    "DROP TABLE journal_entry CASCADE",
    "CREATE TRIGGER mine BEFORE INSERT ON journal_entry FOR EACH ROW "
    "EXECUTE FUNCTION journal_refuse()",
    "UPDATE journal_checkpoint SET line = 'x'",
    "DELETE FROM journal_checkpoint",
    "UPDATE intake_concern SET number = 'x'",
    "UPDATE intake_addition SET added_at = now()",
    "ALTER TABLE intake_concern DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (a int)",
    "DELETE FROM django_migrations",
    "CREATE ROLE another SUPERUSER",
]


def test_what_it_must_not_do_is_refused_for_want_of_the_right(app: str) -> None:
    """The database's own rights refuse, before any trigger is asked."""
    wrong = []
    with connection.cursor() as cursor:
        for statement in REFUSED:
            try:
                with transaction.atomic():
                    cursor.execute(statement)
            except Error as error:
                if not RIGHTS.search(str(error)):
                    wrong.append(f"{statement}: {error}")
            else:
                wrong.append(f"{statement}: not refused")
        # Gives what one has and warns about the rest: nothing is gained.
        cursor.execute("GRANT ALL ON journal_entry TO CURRENT_USER")
    assert not wrong
    assert not app_role.may_change_the_journal()


def test_words_may_be_sealed_and_not_changed(app: str) -> None:
    """Sealing empties the columns, so the right is there; the owner's trigger says when."""
    begin(make_cast())
    for change in ("words = 'x'", "words = ''", "title = 'x'", "words = words || 'x'"):
        with pytest.raises(Error, match="never change"):
            tell(f"UPDATE intake_concern SET {change}")
    with pytest.raises(Error):
        tell("UPDATE intake_concern SET words = 'x', sealed = 'x'")


def tell(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_owner_could_and_is_told(owner: str) -> None:
    """The known-bad build: the product speaks as the owner, and nothing but a trigger refuses."""
    begin(make_cast())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
        try:
            assert Entry.objects.update(actor="nobody")
        finally:
            cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER ALL")
    (found,) = journal_checks.least_privilege()
    assert found.id == "config.W021" and "lianxin database role" in str(found.hint)


def test_it_is_renewed_for_tables_that_came_later(owner: str) -> None:
    app_role.make(NAME)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (a int)")
        try:
            assert app_role.renew() == [NAME]
            speak_as(NAME)
            with connection.cursor() as own:
                own.execute("INSERT INTO later VALUES (1)")
                assert app_role.renew() == [], "the role itself gives no rights"
        finally:
            speak_as(owner)
            with connection.cursor() as again:
                again.execute("DROP TABLE later")


def test_a_password_is_made_once_and_again_on_request(owner: str) -> None:
    first = app_role.make(NAME)
    assert first and len(first) >= 32
    assert app_role.make(NAME) is None
    second = app_role.make(NAME, new_password=True)
    assert second and second != first
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [NAME])
        assert cursor.fetchone()[0].startswith("SCRAM-SHA-256$")


def test_an_owner_is_never_turned_into_it_and_it_cannot_make_one(owner: str) -> None:
    with pytest.raises(Problem, match="superuser or owns tables"):
        app_role.make(owner)
    app_role.make(NAME)
    speak_as(NAME)
    with pytest.raises(Problem, match="database's owner"):
        app_role.make("another")


@pytest.mark.django_db
def test_sqlite_says_that_it_has_no_roles() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("this is PostgreSQL")
    with pytest.raises(Problem, match="SQLite has no roles"):
        app_role.make("app")
    assert app_role.renew() == [] and journal_checks.least_privilege() == []


@pytest.mark.django_db
def test_every_column_that_is_kept_exists() -> None:
    columns = {field.column for field in Concern._meta.get_fields() if hasattr(field, "column")}
    assert set(app_role.KEPT["intake_concern"]) <= columns
