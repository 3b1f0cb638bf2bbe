"""What is listed, one case or thousands that are, and how the database goes about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.cases.models import Case
from lianxin.intake.models import Concern
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller
from tests.walk import Walk, begin


def listed(anybody: Caller, **query: str) -> list[str]:
    """The numbers on the list, in both formats the same."""
    found = [row["service_request_id"] for row in anybody.get("requests.json", **query)]
    as_xml = anybody.get("requests.xml", **query)
    assert [one.text for one in as_xml.iter("service_request_id")] == found
    return found


def public_case(town: Cast, state: str = "handling", **changes: Any) -> Walk:
    """A case that everybody may know of."""
    walk = begin(town, **changes)
    walk.until(state)
    return walk


def fill(count: int) -> None:
    """So many more rows like the one there is."""
    concern, case = Concern.objects.get(), Case.objects.get()
    rows = []
    for n in range(count):
        rows.append(
            Concern(
                number=f"{n:011d}", selector=f"{n:08d}", key=f"{n:064d}", fingerprint="f",
                channel="web", received_at=concern.received_at - timedelta(minutes=n),
                filed_at=concern.filed_at, words="w", identity="anonymous", reply_mode="online",
                area_id=concern.area_id,
            )
        )  # fmt: skip
    made = Concern.objects.bulk_create(rows, batch_size=500)
    Case.objects.bulk_create(
        [
            Case(
                concern=row, state=case.state, moved_at=case.moved_at, opened_at=case.opened_at,
                kind=case.kind, category_id=case.category_id, policy_id=case.policy_id,
                desk_unit_id=case.desk_unit_id,
            )
            for row in made
        ],
        batch_size=500,
    )  # fmt: skip


def plan_of(anybody: Caller, path: str, table: str, *, counted: bool = True, **query: str) -> str:
    """How the database goes about the question that an address asks about a table.

    ``counted``: it knows how many rows there are of what; SQLite never does by itself.
    """
    with CaptureQueriesContext(connection) as asked:
        anybody.get(path, **query)
    (sql,) = [one["sql"] for one in asked if f'FROM "{table}"' in one["sql"]]
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if counted:
            cursor.execute("ANALYZE")
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
