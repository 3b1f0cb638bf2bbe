"""A small town, built once: every way of a case, true clocks, a whole journal, no real people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from lianxin.access import SYSTEM, scope
from lianxin.appraisal.models import Rating
from lianxin.cases.models import Application, Case, CoUnit, Supervision
from lianxin.cases.states import ENDED, UNREACHABLE, WITH_UNIT, State
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.deadlines.models import Clock
from lianxin.demo import community, town
from lianxin.intake.models import Attachment, Concern
from lianxin.intake.queries import by_code
from lianxin.journal.models import Delivery, Entry
from lianxin.journal.verify import verify
from lianxin.kernel import clock
from lianxin.people.models import User
from lianxin.people.queries import viewer_for
from lianxin.promises.models import Promise
from lianxin.replies.models import Reply
from lianxin.sorting import actions as sorting
from lianxin.vault.models import Entry as Sealed

pytestmark = pytest.mark.django_db
SHARE = 0.3


@dataclass
class Town:
    """What was built, and how far it said it was."""

    built: community.Built
    told: list[tuple[int, int]]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """Built inside a transaction that is rolled back after the tests of this file."""
    from django.db import connection, transaction

    told: list[tuple[int, int]] = []
    with django_db_blocker.unblock():
        atom = transaction.atomic()
        atom.__enter__()
        try:
            with clock.at(community.begins() - timedelta(days=1)):
                deadlines.load_presets()
                sorting.load_defaults(by=SYSTEM)
            yield Town(community.build(lambda *so_far: told.append(so_far), share=SHARE), told)
        finally:
            transaction.set_rollback(True)
            atom.__exit__(None, None, None)
            connection.close()


def cases() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in Case.objects.select_related("concern"):
        found.setdefault(case.state, []).append(case)
    return found


def test_no_step_was_refused_and_nothing_is_owed(demo: Town) -> None:
    assert demo.built.stumbles == []
    assert not Delivery.objects.filter(done_at=None).exists()
    assert not Delivery.objects.exclude(last_error="").exists()


def test_there_is_a_case_in_every_state_that_can_be_reached(demo: Town) -> None:
    # Registration is automatic under the rules of the demo: nothing stays merely submitted.
    reachable = set(State) - UNREACHABLE - {State.SUBMITTED}
    assert reachable <= set(cases())


def test_the_journal_is_whole_and_in_the_order_of_time(demo: Town) -> None:
    assert verify()
    moments = list(Entry.objects.order_by("seq").values_list("at", flat=True))
    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert moments[-1] <= clock.now()
    assert moments[-1] - moments[0] > timedelta(days=330)


def test_no_clock_contradicts_its_case(demo: Town) -> None:
    running: dict[str, set[str]] = {}
    for row in Clock.objects.filter(stopped_at=None, subject__startswith="case:"):
        running.setdefault(row.subject, set()).add(row.kind)
    for state, rows in cases().items():
        for case in rows:
            kinds = running.get(case.subject, set())
            if state in ENDED - {State.SEALED}:
                assert not kinds & {"triage", "sign", "handling", "rework", "info", "report"}
            if state == State.HANDLING:
                assert "handling" in kinds or "rework" in kinds
            if state == State.DEFERRED:
                assert "report" in kinds and "handling" not in kinds
            if state in (State.REGISTERED, State.TRIAGE):
                assert "triage" in kinds
            if state == State.REVIEW:
                assert "review" in kinds
    paused = Clock.objects.filter(paused_at__isnull=False)
    assert all(row.pause_reason and row.pause_until for row in paused)


def test_what_is_late_has_been_seen(demo: Town) -> None:
    late = clocks.overdue(clock.now(), ("sign", "handling", "rework", "report"))
    known = set(Supervision.objects.values_list("trigger", flat=True))
    assert {f"{row.kind}:{row.pk}" for row in late} <= known
    assert Supervision.objects.filter(answered_at__isnull=False).exists()


def test_the_invariants_of_a_case_hold(demo: Town) -> None:
    found = cases()
    for case in found[State.CLOSED] + found[State.REPLIED]:
        assert case.closing or case.state != State.CLOSED
        assert Reply.objects.filter(case=case, status="approved").exists()
    for case in [case for state in WITH_UNIT for case in found.get(state, [])]:
        assert case.lead_unit_id and (case.handler_id or state_before_work(case))
    assert not Reply.objects.filter(status="approved", decided_by=None).exists()
    for reply in Reply.objects.filter(status="approved", verdict__gt="").select_related("case"):
        if reply.case.state != State.ANSWERED_ON_SPOT and reply.case.handler_id:
            assert reply.drafted_by_id != reply.decided_by_id


def state_before_work(case: Case) -> bool:
    return case.state in (State.DISPATCHED, State.ACCEPTED)


def test_every_kind_of_record_is_there(demo: Town) -> None:
    decided = set(Application.objects.values_list("kind", "decision"))
    for kind in ("return", "extension", "deferral", "refusal", "review", "withdrawal"):
        assert (kind, "granted") in decided
    assert ("extension", "declined") in decided and ("return", "declined") in decided
    promised = Promise.objects.filter(kind="milestone")
    assert promised.filter(outcome="kept").exists() and promised.filter(ended_at=None).exists()
    assert CoUnit.objects.filter(answered_at__isnull=False).exists()
    assert Attachment.objects.filter(concern__isnull=False).exists()
    assert {1, 2, 3} <= set(Rating.objects.values_list("result", flat=True))


def test_every_desk_has_work(demo: Town) -> None:
    for username, _password, _what in community.sign_ins():
        viewer = viewer_for(User.objects.get(username=username))
        if not viewer.has("sys_admin", "sec_admin"):
            assert scope(viewer, Case).exists(), username


def test_the_one_password_and_the_codes_open(demo: Town) -> None:
    username, password, _what = community.sign_ins()[0]
    user = User.objects.get(username=username)
    assert user.check_password(password) and not user.must_change_password
    assert len(demo.built.codes) == len(community.TRY)
    assert all(by_code(code) is not None for code, _what in demo.built.codes)


def test_progress_reaches_its_end(demo: Town) -> None:
    assert demo.told[-1][0] == demo.told[-1][1]
    assert demo.told == sorted(demo.told)


def test_nobody_real_is_in_it(demo: Town) -> None:
    assert not Sealed.objects.exclude(field__in=("name", "phone")).exists()
    named = Concern.objects.exclude(identity="anonymous").count()
    assert Sealed.objects.filter(field="phone").count() == named
    text = " ".join(str(row) for row in Concern.objects.values_list("words", "wish", "place"))
    assert not any(resident in text for resident in town.read("community")["residents"])
    assert "身份证号" not in text
