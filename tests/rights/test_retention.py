"""What is over goes on its day, and nothing that is alive, disputed or promised (PIPL art. 47)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lianxin.access import SYSTEM
from lianxin.cases import actions as cases
from lianxin.cases.models import Case
from lianxin.intake import actions as intake
from lianxin.intake.models import Attachment
from lianxin.intake.storage import file_path, original_path
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.promises import actions as promises
from lianxin.rights import actions, editions, policy, queries
from lianxin.rights.choices import Data, Text
from lianxin.rights.policy import Hold
from lianxin.ui import moments
from lianxin.vault import queries as sealed
from lianxin.vault.models import Entry
from tests.cast import Cast
from tests.intake.paper import copy, picture
from tests.rights.test_own_data import NAMED, holder, page_of
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def closed(cast: Cast, **changes: Any) -> Walk:
    walk = begin(cast, **(NAMED | changes))
    walk.until("closed")
    return walk


def contact_of(walk: Walk) -> list[str]:
    return sealed.fields(walk.case.concern.uuid)


def later(days: int) -> Any:
    return clock.at(clock.now() + timedelta(days=days))


def test_contact_details_go_on_their_day_and_not_before(cast: Cast) -> None:
    walk = closed(cast)
    with later(730):
        actions.let_go()
    assert contact_of(walk) == ["name", "phone"]
    with later(731):
        assert actions.let_go()[Data.CONTACT] == 1
        assert actions.let_go()[Data.CONTACT] == 0
    assert not Entry.objects.exists()
    told = [entry.event for entry in journal.story([f"concern:{walk.case.concern_id}"])]
    assert told.count("intake.contact_erased") == 1


def test_the_page_names_the_day_and_afterwards_the_proof(cast: Cast) -> None:
    walk = closed(cast)
    client = holder(walk)
    day = clock.today() + timedelta(days=730)
    with translation.override("en"):
        said = moments.day(day)
    assert f"Deleted after {said}" in page_of(client)
    with later(731):
        actions.let_go()
        client = holder(walk)
        page = page_of(client)
        assert "because their time was over" in page and "Proof of deletion" in page
        assert "their time was over" in client.get("/track/case/").content.decode()


def test_being_archived_does_not_move_the_day(cast: Cast) -> None:
    walk = closed(cast)
    rules = queries.in_force(Text.RETENTION)
    day = queries.kept(walk.case, rules)[Data.CONTACT].until
    with clock.at(clock.now() + timedelta(days=181)):
        assert cases.archive_old() == 1
        again = queries.kept(walk.case, rules)[Data.CONTACT].until
    assert day and again and day <= again <= day + 2 * DAY
    with later(733):
        assert actions.let_go()[Data.CONTACT] == 1


def test_an_enquiry_is_let_go_earlier(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    walk.sort(kind="enquiry")
    for step in (walk.dispatch, walk.sign, walk.start, walk.contact, walk.submit, walk.approve):
        step()
    walk.rate()
    with later(181):
        assert actions.let_go()[Data.CONTACT] == 1


def test_words_are_never_touched(cast: Cast) -> None:
    walk = closed(cast)
    before = walk.case.concern.words
    with later(5_000):
        actions.let_go()
    assert walk.case.concern.words == before
    with later(5_000):
        listed = list(queries.due(Data.WORDS, queries.in_force(Text.RETENTION), clock.today()))
    assert [case.pk for case, _kept in listed] == [walk.case.pk]


def test_photos_go_with_their_files(cast: Cast) -> None:
    walk = closed(cast)
    kept = intake.store_file(copy(), original=picture())
    intake.add_words(walk.case.concern, words="照片", attachments=(kept.uuid,), by=walk.resident)
    paths = [file_path(kept.uuid, "jpg"), original_path(kept.uuid)]
    assert all(path.exists() for path in paths) and Entry.objects.filter(owner=kept.uuid).exists()
    with later(3_650):
        assert actions.let_go()[Data.FILES] == 0
    with later(3_651):
        assert actions.let_go()[Data.FILES] == 1
    assert not Attachment.objects.exists() and not any(path.exists() for path in paths)
    assert not Entry.objects.filter(owner=kept.uuid).exists()


# --- what holds it ------------------------------------------------------------------------------


def still_open(walk: Walk) -> None:
    walk.until("handling")


def under_review(walk: Walk) -> None:
    walk.until("closed")
    cases.reopen(walk.case, text="又坏了", by=walk.resident)


def asked_and_undecided(walk: Walk) -> None:
    walk.sort()
    cases.refer_out(
        walk.case,
        ground="judicial_or_arbitration",
        text="请向法院起诉。",
        by=walk.viewer("dispatcher"),
    )
    cases.object_to(walk.case, text="我不同意", by=walk.resident)


def supervised(walk: Walk) -> None:
    walk.until("handling")
    cases.supervise(walk.case, kind="urge", text="群众等得太久", by=walk.viewer("supervisor"))
    walk.contact(), walk.submit(), walk.approve(), walk.rate()


def promised(walk: Walk) -> None:
    walk.until("closed")
    case = walk.case
    due_on = clock.today() + timedelta(days=1_700)
    new = promises.NewPromise("换新灯", due_on, unit_id=walk.cast.housing.pk)
    promises.make_promises([new], subject=case.subject, kind="milestone", by=SYSTEM)


HOLDS: list[tuple[Callable[[Walk], None], Hold]] = [
    (still_open, Hold.OPEN),
    (under_review, Hold.OPEN),
    (asked_and_undecided, Hold.DECISION),
    (supervised, Hold.SUPERVISED),
    (promised, Hold.PROMISE),
]
"""The first two are kept by the question itself, the others by the policy alone."""


@pytest.mark.parametrize(("way", "hold"), HOLDS)
def test_nothing_goes_while_something_holds_it(
    cast: Cast, way: Callable[[Walk], None], hold: Hold
) -> None:
    walk = begin(cast, **NAMED)
    way(walk)
    with later(1_500):
        assert policy.hold(walk.case) == hold
        assert actions.let_go()[Data.CONTACT] == 0
        assert queries.kept(walk.case, queries.in_force(Text.RETENTION))[Data.CONTACT].until is None
    assert contact_of(walk) == ["name", "phone"]


def test_a_build_that_forgets_what_holds_is_caught(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "hold", lambda case: None)
    for way, _hold in HOLDS[2:]:
        walk = begin(cast, **NAMED)
        way(walk)
        with later(1_500):
            assert actions.let_go()[Data.CONTACT] == 1, way.__name__


def test_a_short_period_still_waits_for_the_time_of_objecting(cast: Cast) -> None:
    walk = closed(cast)
    short = editions.shipped("retention")["rules"]
    with later(-2):
        actions.publish(
            "retention",
            {"rules": [{**rule, "days": 1} for rule in short]},
            valid_from=clock.today() + DAY,
            by=SYSTEM,
        )
    with later(3):
        assert policy.hold(walk.case) == Hold.APPEAL
        assert actions.let_go()[Data.CONTACT] == 0
    with later(200):
        assert actions.let_go()[Data.CONTACT] == 1


def test_a_joined_concern_waits_for_the_one_it_joined(cast: Cast) -> None:
    first, second = begin(cast, **NAMED), begin(cast, **NAMED)
    first.sort(), second.sort()
    cases.merge_case(second.case, parent=first.case, by=second.viewer("dispatcher"))
    with later(900):
        assert policy.hold(second.case) == Hold.OPEN
        assert actions.let_go()[Data.CONTACT] == 0
    assert contact_of(second) == ["name", "phone"]


def test_what_was_handed_over_under_seal_is_not_ours_to_touch(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    Case.objects.filter(pk=walk.case.pk).update(state="sealed")
    with later(5_000):
        assert policy.hold(walk.case) == Hold.SEALED
        assert actions.let_go() == {Data.CONTACT: 0, Data.FILES: 0}


def test_one_run_lets_go_of_so_many_and_the_next_goes_on(cast: Cast) -> None:
    walks = [closed(cast) for _ in range(3)]
    with later(731):
        assert actions.let_go(limit=2)[Data.CONTACT] == 2
        assert actions.let_go(limit=2)[Data.CONTACT] == 1
    assert [contact_of(walk) for walk in walks] == [[], [], []]


# --- rules --------------------------------------------------------------------------------------

RULE = st.fixed_dictionaries(
    {
        "what": st.sampled_from(Data.values),
        "days": st.integers(1, 10_000),
        "kind": st.sampled_from(["", "enquiry", "help"]),
        "category": st.sampled_from(["", "roads", "roads.lights"]),
    }
)


class _Like:
    """As much of a case as the rules ask for."""

    def __init__(self, kind: str, code: str) -> None:
        self.kind, self.category = kind, type("C", (), {"code": code})() if code else None


@given(
    rules=st.lists(RULE, max_size=8),
    kind=st.sampled_from(["", "enquiry", "help"]),
    code=st.sampled_from(["", "roads", "roads.lights", "roadsides"]),
    what=st.sampled_from(list(Data)),
)
def test_the_first_rule_that_fits_counts(
    rules: list[dict[str, Any]], kind: str, code: str, what: Data
) -> None:
    last = {"what": what, "days": 10_001, "kind": "", "category": ""}
    found = policy.rule_for([*rules, last], what, _Like(kind, code))  # type: ignore[arg-type]
    fits = [
        rule
        for rule in [*rules, last]
        if rule["what"] == what
        and rule["kind"] in ("", kind)
        and (
            not rule["category"]
            or code == rule["category"]
            or code.startswith(rule["category"] + ".")
        )
    ]
    assert found == fits[0]


def test_a_rule_for_a_category_holds_for_what_lies_below_it(cast: Cast) -> None:
    roads, water = closed(cast), begin(cast, **NAMED)
    water.sort(category="utilities.water")
    for step in (water.dispatch, water.sign, water.start, water.contact, water.submit):
        step()
    water.approve(), water.rate()
    shipped = editions.shipped("retention")["rules"]
    first = {**shipped[1], "category": "roads", "days": 200}
    with later(-2):
        actions.publish(
            "retention",
            {"rules": [first, *shipped]},
            valid_from=clock.today() + DAY,
            by=SYSTEM,
        )
    with later(201):
        assert actions.let_go()[Data.CONTACT] == 1
    assert contact_of(roads) == [] and contact_of(water) == ["name", "phone"]
