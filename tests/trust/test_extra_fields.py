"""What a form does not ask for changes nothing, whatever is sent along (trust goal P4, T13).

Every act of the desk and every other door that writes is used twice from the same beginning: as
the form wants it, and with every column of every table that decides something sent along. The
tables must be the same afterwards. The known-bad build lets one name through to the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from lianxin.cases.models import Case
from lianxin.intake.channels.box import actions as boxes
from lianxin.intake.forms.screens import What, Where, Who
from lianxin.intake.models import Concern
from lianxin.kernel import clock
from lianxin.people.models import Membership, Unit, User
from lianxin.replies.models import Reply
from tests.cast import Cast
from tests.pages.desk.test_acts import TABLE, Row
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.django_db
ASKED_FOR = (Case, Concern, Reply, User, Membership, Unit)
KEPT_IN = ("cases", "intake", "people", "replies", "appraisal", "promises", "deadlines", "notices")
DRAWN = ("number", "selector", "verifier", "mac", "password", "last_login", "hash")
"""Columns that are drawn anew each time."""
HASH = re.compile("[0-9a-f]{64}")
ON_LATER_SCREENS = {name for screen in (What, Where, Who) for name in screen.base_fields}
Door = tuple[Client, str, dict[str, Any]]


def tables() -> dict[str, list[tuple[object, ...]]]:
    """All that these modules keep, but for what is drawn."""
    found = {}
    for name in KEPT_IN:
        for model in apps.get_app_config(name).get_models():
            columns = [
                field.attname for field in model._meta.concrete_fields if field.attname not in DRAWN
            ]
            found[model._meta.label] = _plain(
                model._base_manager.order_by("pk").values_list(*columns)
            )
    return found


def _plain(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Without names that are drawn, which foreign keys hold too, and what is hashed from them."""
    return [tuple(value for value in row if not _drawn(value)) for row in rows]


def _drawn(value: object) -> bool:
    return isinstance(value, UUID) or bool(HASH.fullmatch(str(value)))


def extras(cast: Cast, asked: set[str]) -> dict[str, Any]:
    """A value for every column that a form could be told, except for those it asks for."""
    told: dict[str, Any] = {
        "by": cast.supervisor.pk, "viewer": cast.supervisor.pk, "actor": "system",
        "role": "auditor", "is_superuser": "on", "state": "closed", "lane": "ordinary",
        "kind": "consultation",
        "identity": "anonymous", "about_official": "on", "words": "别的话", "path": "0001.",
    }  # fmt: skip
    for model in ASKED_FOR:
        for field in model._meta.concrete_fields:
            other = cast.education.pk if field.related_model is Unit else cast.colleague.pk
            value = str(other) if field.is_relation or field.primary_key else "1"
            told.setdefault(field.name, value)
            told.setdefault(field.attname, value)
    return {name: value for name, value in told.items() if name not in asked}


def after(door: Door, more: dict[str, Any]) -> tuple[int, object]:
    """The answer and the tables when this was sent; then undone."""
    client, path, data = door
    kept = {name: morsel.value for name, morsel in client.cookies.items()}
    # The code of a box is drawn; that of an area is not, so the column stays in sight.
    with transaction.atomic(), mock.patch.object(boxes, "short_code", return_value="K7QX2M"):
        answer = client.post(path, data | more)
        found = answer.status_code, tables()
        transaction.set_rollback(True)
    client.cookies.load(kept)
    return found


def asked_for(door: Door) -> set[str]:
    """The names of the fields on the form behind this door."""
    client, path, data = door
    context = client.get(path).context
    form = context.get("form") if context else None
    names = {*data, *(form.fields if form is not None else ()), "keep", "do"}
    return names | ON_LATER_SCREENS if path == "/report/" else names


def acts(cast: Cast) -> Iterator[Door]:
    """Every act of the desk, where it is possible."""
    for row in TABLE:
        with transaction.atomic():
            yield _act(cast, row)
            transaction.set_rollback(True)


def _act(cast: Cast, row: Row) -> Door:
    walk = begin(cast)
    row.before(walk)
    data = row.data(walk) if callable(row.data) else row.data
    return cast.client(getattr(cast, row.doer)), f"/desk/cases/{walk.number}/do/{row.act}/", data


def others(cast: Cast) -> Iterator[Door]:
    """The doors of a resident, of the counter and of the administrators."""
    walk = begin(cast)
    walk.until("handling")
    holder = Client()
    assert holder.post("/track/", {"code": walk.code}).status_code == 303
    for deed, data in {
        "add": {"words": "还有一盏也坏了。"}, "write": {"text": "什么时候修？"},
        "together": {"may_write": "no"}, "recusal": {"text": "办事的是亲戚。"}, "withdraw": {},
    }.items():  # fmt: skip
        yield holder, f"/track/case/{deed}/", data
    report = {"at": "3", "do": "next", "key": "extra-1", "words": "路灯坏了。", "place": "东关",
              "wish": "", "identity": "anonymous", "reply_mode": "online"}  # fmt: skip
    yield Client(), "/report/", report
    counter = {"key": "extra-2", "channel": "call", "words": "路灯坏了。", "identity": "anonymous",
               "reply_mode": "online"}  # fmt: skip
    yield cast.client(cast.clerk), "/desk/register/", counter
    letter = counter | {"key": "extra-5", "dated": "2026-01-05"}
    yield cast.client(cast.clerk), "/desk/register/letter/", letter
    yield cast.client(cast.secretary), "/desk/boxes/new/", {
        "name": "东关市场", "area": cast.east_area.pk, "unit": cast.east.pk, "every_days": "7",
    }  # fmt: skip
    admin, security = cast.client(cast.sys_admin), cast.client(cast.sec_admin)
    unit, person = f"/desk/people/units/{cast.housing.pk}", f"/desk/people/{cast.handler.pk}"
    yield admin, f"{unit}/add/", {"name": "路灯所", "kind": "department"}
    yield admin, f"{unit}/person/", {"username": "xinlai", "name": "新来的"}
    yield admin, f"{person}/change/", {"name": "张三丰"}
    yield admin, f"{person}/password/", {}
    yield security, f"{unit}/member/", {"username": "nobody", "role": "handler"}
    yield cast.client(cast.handler), "/desk/interests/", {"kind": "other", "name": "某某店"}


@pytest.mark.parametrize("doors", [acts, others])
def test_what_is_sent_along_changes_nothing(
    cast: Cast, doors: Callable[[Cast], Iterator[Door]]
) -> None:
    load_sorting()
    used = 0
    with clock.at(clock.now()):
        for door in doors(cast):
            more = extras(cast, asked_for(door))
            plain = after(door, {})
            assert after(door, more) == plain, door[1]
            before = tables()
            used += plain[1] != before
    # A door that does nothing would prove nothing.
    assert used >= (len(TABLE) - 6 if doors is acts else 11)


def test_a_name_that_goes_through_to_the_row_is_noticed(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.until("handling")
    door = cast.client(cast.handler), f"/desk/cases/{walk.number}/do/log_contact/", {
        "way": "phone", "reached": "yes", "text": "约好明天看。"
    }  # fmt: skip
    from lianxin.pages.views.desk import case as view

    good = view._done

    def bad(request: Any, found: Case, *rest: Any) -> bool:
        if "lane" in request.POST:
            Case.objects.filter(pk=found.pk).update(lane=request.POST["lane"])
        return good(request, found, *rest)

    more = extras(cast, asked_for(door)) | {"lane": "higher"}
    with clock.at(clock.now()), mock.patch.object(view, "_done", bad):
        assert after(door, {}) != after(door, more)
