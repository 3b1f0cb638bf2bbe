"""Presets: what the law says is what the file says; bad ones are named by their path."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.deadlines import actions, policies, queries
from lianxin.deadlines.models import Origin, Policy
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.kernel.workdays import Span, Unit

CODES = {
    "beijing_jsjb",
    "community_default",
    "discipline_2020",
    "good_bad_rating",
    "hotline_12345_generic",
    "info_disclosure_2019",
    "mediation",
    "xinfang_2022",
    "xining_4level",
    "zhoushan_4type",
}


def preset(code: str) -> dict[str, Any]:
    return copy.deepcopy(next(p.data for p in policies.presets() if p.code == code))


@pytest.mark.django_db
def test_every_preset_is_there_after_migrate() -> None:
    assert {p.code for p in queries.policies(on=date(2026, 1, 1))} == CODES
    assert actions.load_presets() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "name", "level", "span", "basis"),
    [
        ("xinfang_2022", "handling", "ordinary", "60d", "law"),
        ("xinfang_2022", "handling", "complex", "60d", "law"),
        ("xinfang_2022", "handling", "simple", "10wd", "local"),
        ("xinfang_2022", "acceptance_notice", "", "15d", "law"),
        ("xinfang_2022", "objection", "", "5wd", "law"),
        ("xinfang_2022", "extension", "", "30d", "law"),
        ("xinfang_2022", "review_right", "", "30d", "law"),
        ("hotline_12345_generic", "handling", "ordinary", "5wd", "law"),
        ("beijing_jsjb", "handling", "utility", "24h", "local_draft"),
        ("beijing_jsjb", "handling", "enquiry", "7d", "local_draft"),
        ("community_default", "handling", "critical", "2h", "ours"),
        ("community_default", "triage", "", "4wh", "ours"),
        ("community_default", "follow_up", "", "3wd", "ours"),
        ("info_disclosure_2019", "info_request", "", "20wd", "law"),
    ],
)
def test_limits(code: str, name: str, level: str, span: str, basis: str) -> None:
    rules = queries.rules(code)
    assert str(rules.span(name, level)) == span
    found = rules.basis(name, level)
    assert found is not None and found.kind == basis
    assert bool(found.source) == (basis != "ours")


@pytest.mark.django_db
def test_rules_are_typed() -> None:
    rules = queries.rules("community_default")
    assert rules.handling_starts == "dispatch"
    assert queries.rules("xinfang_2022").handling_starts == "acceptance"
    assert rules.count("extension.times") == 1 and rules.text("extension.approver") == "unit_leader"
    assert rules.flag("awaiting_info.pause") and not rules.flag("return_again_after_decision")
    assert rules.span("deferral.report_every") == Span(30, Unit.DAY)
    assert rules.span("recheck") is None and rules.number("recheck") is None
    assert rules.lights.yellow == 0.5
    assert rules.levels() == ("critical", "utility", "enquiry", "ordinary", "complex", "simple")
    assert queries.rules("xinfang_2022").flag("recheck_excludes_hearing")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("limits.sign.u", "week"),
        ("limits.sign.v", -1),
        ("limits.sign.v", True),
        ("limits.sign.basis", "hearsay"),
        ("limits.sign.art", 12),
        ("limits.Sign", {"v": 1, "u": "wd", "basis": "ours"}),
        ("handling.vip", {"v": 1, "u": "h", "basis": "ours"}),
        ("handling_starts", "someday"),
        ("extension.max.u", None),
        ("extension.times", 1.5),
        ("awaiting_info.pause", "yes"),
        ("numbers.reps", {"basis": "ours"}),
        ("lights", {"yellow": 0.2, "red": 0.5}),
        ("title.en", ""),
        ("title.en", "\x00"),
        ("texts.word", {"value": "\ud800", "basis": "ours"}),
        ("surprise", 1),
    ],
)
def test_a_bad_preset_says_where(path: str, value: Any) -> None:
    data = preset("community_default")
    table = data
    *way, last = path.split(".")
    for key in way:
        table = table.setdefault(key, {})
    table[last] = value
    with pytest.raises(Problem) as found:
        policies.parse(data)
    assert any(fault.startswith(path) for fault in found.value.messages), found.value.messages


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
tables = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["limits", "handling", "sign", "v", "u", "extension", "title", "lights"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(tables)
def test_no_data_is_worse_than_a_problem(data: Any) -> None:
    with pytest.raises(Problem):
        policies.parse(data)


@pytest.mark.django_db
def test_a_version_made_here_counts_from_its_day_and_the_old_one_stays() -> None:
    today = clock.today()
    before = queries.rules("community_default")
    data = preset("community_default")
    data["limits"]["sign"]["v"] = 2
    actions.publish_policy("community_default", data, valid_from=today + timedelta(days=1))
    assert queries.rules("community_default").span("sign") == Span(1, Unit.WORKING_DAY)
    after = queries.rules("community_default", on=today + timedelta(days=1))
    assert after.span("sign") == Span(2, Unit.WORKING_DAY) and after.version == 2
    assert before.id is not None
    assert queries.rules_by_id(before.id).span("sign") == Span(1, Unit.WORKING_DAY)
    # the next release does not overrule what was decided here
    assert actions.load_presets() == []
    with pytest.raises(Problem) as found:
        actions.publish_policy("community_default", data, valid_from=today)
    assert list(found.value.messages) == ["valid_from"]


@pytest.mark.django_db
def test_a_changed_preset_becomes_a_new_version() -> None:
    first = Policy.objects.get(code="mediation")
    earlier = copy.deepcopy(first.data)
    earlier["handling"]["ordinary"]["v"] = 20
    Policy.objects.filter(pk=first.pk).update(valid_to=first.valid_from)
    old = Policy.objects.create(  # as an earlier release had it
        code="mediation",
        version=2,
        valid_from=first.valid_from,
        origin=Origin.BUILTIN,
        data=earlier,
    )
    assert queries.rules("mediation").span("handling") == Span(20, Unit.DAY)
    (made,) = actions.load_presets()
    assert (made.code, made.version, made.origin) == ("mediation", 3, Origin.BUILTIN)
    assert queries.rules("mediation").span("handling") == Span(30, Unit.DAY)
    assert queries.rules_by_id(old.pk).span("handling") == Span(20, Unit.DAY)
    old.refresh_from_db()
    assert old.valid_to == clock.today() == made.valid_from
    assert actions.load_presets() == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["nowhere", "a\ud800b", "x" * 500, "a'--"])
def test_unknown_rules_are_a_problem(code: str) -> None:
    with pytest.raises(Problem):
        queries.rules(code)
    with pytest.raises(Problem):
        queries.rules_by_id(code)


@pytest.mark.django_db
def test_rules_by_id_asks_the_database_once(django_assert_num_queries: Any) -> None:
    rules = queries.rules("mediation")
    assert rules.id is not None
    with django_assert_num_queries(0):
        assert queries.rules_by_id(rules.id) is rules
