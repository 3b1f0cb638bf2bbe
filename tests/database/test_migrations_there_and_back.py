"""A town in use goes back to the first migrations of intake and cases, and forward again.

What there was room for before survives; afterwards the database refuses what it refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.cases import actions as cases
from lianxin.cases.models import Application, Case, Conflict, Message, Reading
from lianxin.deadlines.actions import load_presets
from lianxin.intake import actions as intake
from lianxin.intake import receipts
from lianxin.intake.channels.api import actions as api
from lianxin.intake.channels.box import actions as boxes
from lianxin.intake.channels.letter.actions import file_letter
from lianxin.intake.channels.open311 import actions as open311
from lianxin.intake.channels.visit.actions import file_visit
from lianxin.intake.models import (
    Addition,
    ApiClient,
    ApiRequest,
    Attachment,
    Box,
    Concern,
    Deposit,
    Helper,
    Hold,
    Letter,
    Open311Update,
    Opening,
    Visit,
)
from lianxin.journal import outbox, verify
from lianxin.kernel import clock
from tests.cast import Cast
from tests.intake.paper import copy
from tests.walk import WORDS, Walk, begin, load_sorting

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = (("cases", "0002_initial"), ("intake", "0001_initial"), ("vault", "0001_initial"))
DOORS = {"found": "found", "reported": "report_line", "heard": "reception", "for": "proxy"}
"""Kinds of concerns that there were not from the first, by key."""
BY_A_NEW_DOOR = "从新的门来的：路灯坏了。"
FROM_A_SYSTEM = "别的系统转来的：路灯坏了。"
TABLES = ("intake_", "cases_", "vault_")
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def town(cast: Cast, settings: Any, tmp_path: Any) -> Walk:
    """Every table of intake and cases with rows in it, made by the acts that make them."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    load_presets()
    load_sorting()
    walk = begin(cast, identity="named", contact={"name": "王桂兰", "phone": "13812345678"})
    walk.until("handling")
    desk, person = cast.viewer(cast.dispatcher), walk.resident
    files = [intake.store_file(copy()) for _ in range(2)]
    Attachment.objects.filter(pk=files[1].pk).update(suffix="mp4")
    added = tuple(row.uuid for row in files)
    intake.add_words(walk.case.concern, words="又坏了一盏。", attachments=added, by=person)
    helper = intake.invite_helper(walk.case.concern, may_write=True, by=person)
    assert helper.mac
    cases.write_message(walk.case, words="请问是哪一根灯杆？", by=cast.viewer(cast.handler))
    cases.write_message(walk.case, words="第三根。", by=person)
    cases.ask_recusal(walk.case, text="承办人是他亲戚。", by=person)
    cases.ask_extension(
        walk.case, days=3, reason="parts", text="灯头还没到。", by=cast.viewer(cast.handler)
    )
    other = begin(cast, words="窗口的人态度不好，推来推去。", about_official=True)
    cases.name_party(other.case, unit_id=cast.education.pk, reason="说的是他们", by=desk)
    cases.name_party(other.case, user_id=cast.leader.pk, reason="说的是他", by=desk)
    cast.client(cast.dispatcher).get(f"/desk/cases/{other.number}/")
    intake.file_concern(
        intake.NewConcern(key="k" * 36, words=WORDS, identity="anonymous", quarantined=True),
        by=ANONYMOUS,
    )
    for door, channel in DOORS.items():
        new = intake.NewConcern(key=door, words=BY_A_NEW_DOOR, channel=channel)
        intake.file_concern(new, by=ANONYMOUS)
    box = boxes.put_up(
        boxes.BoxFacts(name="东关市场", area_id=cast.east_area.pk, unit_id=cast.east.pk),
        by=cast.viewer(cast.secretary),
    )
    boxes.open_box(box, first=1, letters=2, second_id=cast.clerk.pk, by=cast.viewer(cast.secretary))
    boxes.file_scanned(box, intake.NewConcern(key="scan", words=WORDS), by=ANONYMOUS)
    visit = {"people": 5}
    file_visit(intake.NewConcern(key="visit", words=WORDS, channel="walk_in"), visit, by=desk)
    letter = {"dated": clock.today()}
    file_letter(intake.NewConcern(key="letter", words=WORDS, channel="letter"), letter, by=desk)
    _client, key = open311.make_key("随手拍", by=SYSTEM)
    sent = open311.NewRequest("roads.lights", FROM_A_SYSTEM, sent=())
    concern = open311.file_request(key, sent).concern
    api.make_token("随手拍", ["file"], by=SYSTEM)
    once = api.Once("anybody", "1", [])
    api.file_once(once, lambda key: intake.NewConcern(key=key, words=FROM_A_SYSTEM, channel="api"))
    open311.add_update(concern.open311, update_id="1", said=FROM_A_SYSTEM)
    outbox.drain()
    for model in (
        ApiClient, ApiRequest, Open311Update, Box, Opening, Deposit, Visit, Letter,
        Concern, Addition, Attachment, Helper, Hold, Case,
        Message, Application, Conflict, Reading,
    ):  # fmt: skip
        assert model._default_manager.exists(), model
    return walk


@pytest.fixture(autouse=True)
def _forward_afterwards(transactional_db: None) -> Iterator[None]:
    yield
    migrate()


def migrate(*target: str) -> None:
    call_command("migrate", *target, verbosity=0, skip_checks=True)


def schema() -> dict[str, Any]:
    """Columns, constraints and indexes of every table, by name."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(TABLES):
                columns = connection.introspection.get_table_description(cursor, table)
                rules = connection.introspection.get_constraints(cursor, table)
                found[table] = (
                    {(one.name, bool(one.null_ok)) for one in columns},
                    {
                        (name, tuple(rule["columns"] or ()), rule["unique"], rule["check"])
                        for name, rule in rules.items()
                        if not name.startswith("__")
                    },
                )
    return found


def rows() -> Rows:
    """Every row that was there from the first, in the columns that were."""
    kept = {
        "intake_concern": (
            "*",
            "WHERE channel NOT IN ('found', 'report_line', 'outreach', 'call')"
            f" AND words NOT IN ('{FROM_A_SYSTEM}', '{BY_A_NEW_DOOR}')",
        ),
        "intake_addition": ("*", ""),
        "intake_attachment": (
            "uuid, concern_id, of_result, width, height, added_at", "WHERE suffix = 'jpg'"
        ),
        "cases_case": ("*", ""),
        "cases_point": ("*", ""),
        "cases_contact": ("*", ""),
        "cases_application": ("*", "WHERE kind <> 'recusal'"),
        "vault_entry": ("*", ""),
    }  # fmt: skip
    found: Rows = {}
    with connection.cursor() as cursor:
        for table, (columns, only) in kept.items():
            cursor.execute(f"SELECT {columns} FROM {table} {only}")
            names = [column[0] for column in cursor.description]
            found[table] = sorted(
                (dict(zip(names, row, strict=True)) for row in cursor.fetchall()), key=str
            )
    return found


def back() -> None:
    for target in FIRST:
        migrate(*target)


def test_what_there_was_room_for_survives(town: Walk) -> None:
    before, shape = rows(), schema()
    about = set(Conflict.objects.filter(unit__isnull=False).values_list("case", "unit"))
    assert about and all(before[table] for table in ("intake_concern", "cases_application"))
    back()
    migrate()
    assert rows() == before
    assert schema() == shape
    assert set(Conflict.objects.values_list("case", "unit")) == about
    connection.check_constraints()
    assert verify.verify()


def test_a_door_that_there_was_not_becomes_the_nearest(town: Walk) -> None:
    keys = {receipts.key_hash(key): channel for key, channel in DOORS.items()}
    back()
    migrate()
    found = Concern.objects.filter(key__in=keys).values_list("key", "channel")
    nearest = {keys[key]: channel for key, channel in found}
    assert nearest == {
        "found": "outreach", "report_line": "call", "reception": "walk_in", "proxy": "walk_in",
    }  # fmt: skip
    from_systems = Concern.objects.filter(words=FROM_A_SYSTEM)
    assert list(from_systems.values_list("channel", flat=True)) == ["web", "web"]


def test_afterwards_the_database_refuses_as_before_and_life_goes_on(town: Walk) -> None:
    back()
    migrate()
    cases.write_message(town.case, words="请稍等。", by=town.viewer("handler"))
    kept: list[tuple[type[Model], dict[str, Any]]] = [
        (Concern, {"words": "别的话"}),
        (Concern, {"wish": "别的愿望"}),
        (Addition, {"words": "别的话"}),
        (Message, {"words": "别的话"}),
    ]
    bounded: list[tuple[type[Model], dict[str, Any]]] = [
        (Concern, {"latitude": 100, "longitude": 1}),
        (Concern, {"selector": "same"}),
        (Attachment, {"suffix": "exe"}),
        (Application, {"kind": "wish"}),
        (Case, {"state": "nowhere"}),
    ]
    for model, changes in kept:
        with pytest.raises(DatabaseError), transaction.atomic():
            model._default_manager.update(**changes)
    for model, wrong in bounded:
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Conflict.objects.create(
            case=town.case, ground="about", source="pigeon", standing="found",
            unit=town.cast.housing, at=clock.now(),
        )  # fmt: skip
    # And life goes on.
    assert begin(town.cast).until("closed").state == "closed"
    assert intake.invite_helper(town.case.concern, may_write=False, by=town.resident).pk
