"""In how many matters a unit met the person, for whoever leads or oversees it (M12)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.cases.models import Case, Conflict
from lianxin.cases.queries import meeting
from lianxin.kernel import clock
from lianxin.people.models import User
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Walk]:
    """Three matters of the housing office that ended; in one somebody met the person."""
    monkeypatch.setattr(meeting, "FEW", 3)
    load_sorting()
    walks = [begin(cast) for _ in range(3)]
    for walk in walks:
        walk.until("closed")
    walks[0].case.contacts.update(way="on_site")
    return walks


def page(cast: Cast, person: User) -> str:
    answer = cast.client(person).get("/desk/met/")
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_leaders_and_supervisors_read_it_unit_by_unit(cast: Cast, ended: list[Walk]) -> None:
    for person in (cast.leader, cast.supervisor):
        said = page(cast, person)
        assert "住建局" in said and ">3<" in said and "(33%)" in said
    # Another unit's leader reads of their own only.
    assert "住建局" not in page(cast, cast.leader_of_other_unit)
    for person in (cast.handler, cast.clerk, cast.dispatcher):
        assert cast.client(person).get("/desk/met/").status_code in (403, 404)


def test_of_few_matters_nothing_is_told(
    cast: Cast, ended: list[Walk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "FEW", 4)
    said = page(cast, cast.supervisor)
    assert "住建局" in said and "%" not in said and ">3<" not in said


def test_what_a_conflict_keeps_from_the_reader_is_not_counted(
    cast: Cast, ended: list[Walk]
) -> None:
    Conflict.objects.create(
        case=ended[0].case, user=cast.supervisor, ground="interest", source="declared",
        standing="confirmed", at=clock.now(),
    )  # fmt: skip
    assert "%" not in page(cast, cast.supervisor)
    assert "(33%)" in page(cast, cast.leader)


def test_twin_a_count_of_everything_would_be_caught(
    cast: Cast, ended: list[Walk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: a count that does not ask who looks."""
    monkeypatch.setattr(meeting, "scope", lambda _viewer, _model: Case.objects.all())
    with pytest.raises(AssertionError):
        test_what_a_conflict_keeps_from_the_reader_is_not_counted(cast, ended)


def test_units_are_counted_in_one_query(cast: Cast, ended: list[Walk]) -> None:
    viewer = cast.viewer(cast.supervisor)
    with CaptureQueriesContext(connection) as spent:
        meeting.met_by_unit(viewer, clock.now().replace(year=2020), clock.now())
    assert sum("COUNT(" in query["sql"] for query in spent) == 1


def test_before_anything_ended_it_says_so(cast: Cast) -> None:
    assert "还没有办结的" in page(cast, cast.leader)
