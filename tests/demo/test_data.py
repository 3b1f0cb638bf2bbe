"""The data of the demonstration and of sorting holds together: codes exist, references resolve."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

SRC = Path(__file__).resolve().parents[2] / "src" / "lianxin"
ROLES_NEEDED = {
    "intake_clerk", "dispatcher", "unit_liaison", "handler", "unit_leader", "supervisor",
    "follow_up_caller", "review_body", "discipline_receiver", "mediator", "community_secretary",
    "privacy_officer", "sys_admin", "sec_admin", "auditor", "disclosure_officer",
}  # fmt: skip
OUTCOMES = {
    "answered_on_spot", "solved_satisfied", "solved_basically", "rework_then_solved", "explained",
    "deferred", "referred_out", "not_accepted", "merged", "sealed", "withdrawn", "terminated",
    "extension", "returned_then_redispatched", "review", "recheck", "reopened", "set_aside",
}  # fmt: skip
OPEN = {
    "open_new", "open_triage", "open_dispatched", "open_handling", "open_awaiting_info",
    "open_mediating", "open_reply_review", "open_follow_up", "open_overdue",
}  # fmt: skip
ANSWERED = OUTCOMES - {"merged", "sealed", "withdrawn", "terminated", "set_aside"}
KINDS = {
    "enquiry", "help", "complaint", "complaint_official", "report", "suggestion", "praise",
    "dispute",
}  # fmt: skip
CONCERN_FIELDS = {
    "key", "title", "words", "wish", "place", "area", "category", "kind", "channel", "urgency",
    "identity", "unit", "months", "weeks_ago", "rising", "outcome", "ground", "contact",
    "finding", "basis", "next_step", "remedy", "rating", "detail",
}  # fmt: skip
# Nothing may describe, number or grade a resident as a person, and nobody can be reached by it.
FORBIDDEN_KEYS = {"phone", "id_number", "score", "tags", "profile", "level_of_risk", "watch"}
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@cache
def load(path: str) -> Any:
    return yaml.safe_load((SRC / path).read_text(encoding="utf-8"))


def categories() -> dict[str, dict[str, Any]]:
    return {
        leaf["code"]: {**leaf, "lane": top["lane"]}
        for top in load("sorting/data/categories.yaml")["categories"]
        for leaf in top["children"]
    }


def codes(rows: list[dict[str, Any]], field: str = "code") -> set[str]:
    names = [row[field] for row in rows]
    assert [name for name, n in Counter(names).items() if n > 1] == []
    return set(names)


def community() -> Any:
    return load("demo/data/community.yaml")


def concerns() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load("demo/data/concerns.yaml")["concerns"]
    return rows


def variants() -> list[tuple[str, dict[str, Any]]]:
    found = load("demo/data/variants.yaml")["variants"]
    return [(key, row) for key, rows in found.items() for row in rows]


def dispatched(category: str, area: str) -> dict[str, Any] | None:
    """The catalogue item for a matter at a place: most exact category, then smallest area."""
    fitting = [
        row
        for row in community()["dispatch"]
        if f"{category}.".startswith(f"{row['category']}.")
        and f"{area}.".startswith(f"{row['area']}.")
    ]
    return max(fitting, key=lambda row: (len(row["category"]), len(row["area"])), default=None)


def walk(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(str(k), v) for k, v in value.items()] + [
            x for v in value.values() for x in walk(v)
        ]
    if isinstance(value, list):
        return [x for v in value for x in walk(v)]
    return []


def test_category_tree_and_sets() -> None:
    data = load("sorting/data/categories.yaml")
    leaves = categories()
    known = codes(data["categories"]) | set(leaves)
    for top in data["categories"]:
        assert 3 <= len(top["children"]) <= 8, top["code"]
        assert all(leaf["code"].startswith(f"{top['code']}.") for leaf in top["children"])
    for leaf in leaves.values():
        assert leaf["urgency"] in {"critical", "utility", "ordinary", "complex", "enquiry"}
        assert 10 <= len(leaf["hints"]) == len(set(leaf["hints"])) <= 25, leaf["code"]
        assert leaf["name"]["zh_Hans"] and leaf["name"]["en"]
        if leaf["lane"] == "sealed":
            assert leaf["route"] == "discipline" and leaf["symptoms"]
    sizes = {name: len(group["items"]) for name, group in data["sets"].items()}
    wanted = {"minsheng_s0": 7, "minsheng_s1": 4, "hot_topics_s4": 6, "petition_five": 5}
    assert wanted.items() <= sizes.items()
    for group in data["sets"].values():
        assert all(node in known for item in group["items"] for node in item["nodes"])
    five = {n for item in data["sets"]["petition_five"]["items"] for n in item["nodes"]}
    assert five == {code for code, leaf in leaves.items() if leaf.get("needs_leader")}


def test_grounds_and_reasons() -> None:
    grounds = load("sorting/data/grounds.yaml")
    assert len(codes(grounds["grounds"])) == 15
    for ground in grounds["grounds"]:
        assert ground["move"] in {"refer_out", "not_accept", "set_aside", "merge", "seal"}
        assert ground["law"] and ground["text"]["zh_Hans"] and ground["text"]["en"]
        assert "您" in ground["text"]["zh_Hans"] and "！" not in ground["text"]["zh_Hans"]
    assert grounds["objection"]["zh_Hans"]
    reasons = load("sorting/data/reasons.yaml")
    assert set(reasons["dissatisfaction"]) == {"result", "speed", "attitude"}
    for name in ("return_grounds", "extension_reasons", "rework_reasons", "withdrawal"):
        codes(reasons[name])


def test_community_references() -> None:
    data = community()
    areas, units = codes(data["areas"]), codes(data["units"])
    staff = {row["username"]: row for row in data["staff"]}
    codes(data["staff"], "username")
    seen: set[str] = set()
    for row in data["areas"]:  # parents come first
        assert row["parent"] is None or row["parent"] in seen
        seen.add(row["code"])
    seen.clear()
    for row in data["units"]:
        assert (row["parent"] is None or row["parent"] in seen) and row["area"] in areas
        seen.add(row["code"])
    roles = {r["role"] for row in staff.values() for r in row["roles"]}
    assert roles >= ROLES_NEEDED
    for row in staff.values():
        held = {r["role"] for r in row["roles"]}
        assert row["unit"] in units and all(r["unit"] in units for r in row["roles"])
        assert len(held & {"sys_admin", "sec_admin", "auditor"}) <= 1, row["username"]
        assert not {"handler", "unit_leader"} <= held, row["username"]
        assert not {"handler", "follow_up_caller"} <= held, row["username"]
    assert any("·" in row["name"] for row in staff.values())
    assert not {row["name"] for row in staff.values()} & set(data["residents"])
    for row in data["dispatch"]:
        assert row["unit"] in units and set(row["co_units"]) <= units and row["basis"]
        assert row["leader"] in staff


@pytest.mark.parametrize("area", ["yx.cg", "yx.wg", "yx.xh", "yx.wt.shangying"])
def test_every_matter_has_a_unit_everywhere(area: str) -> None:
    assert [code for code in categories() if dispatched(code, area) is None] == []


def test_units_that_handle_have_handler_and_leader() -> None:
    held = {(r["unit"], r["role"]) for row in community()["staff"] for r in row["roles"]}
    used = {row["unit"] for row in concerns() if row["outcome"] in ANSWERED}
    used |= {row["unit"] for _, row in variants() if "finding" in row}
    for unit in used:
        assert (unit, "handler") in held and (unit, "unit_leader") in held, unit


def test_concerns_are_whole_and_distinct() -> None:
    rows = concerns()
    keys, leaves = codes(rows, "key"), categories()
    areas, units = codes(community()["areas"]), codes(community()["units"])
    grounds = {g["code"]: g["move"] for g in load("sorting/data/grounds.yaml")["grounds"]}
    moves = {
        "referred_out": "refer_out", "not_accepted": "not_accept", "sealed": "seal",
        "set_aside": "set_aside",
    }  # fmt: skip
    assert len(rows) >= 170
    for row in rows:
        key = row["key"]
        assert set(row) <= CONCERN_FIELDS, key
        assert row["category"] in leaves and row["area"] in areas and row["unit"] in units, key
        assert row["kind"] in KINDS and row["outcome"] in OUTCOMES | OPEN, key
        assert row["channel"] in {"web", "call", "walk_in", "letter", "suggestion_box"}, key
        assert row["urgency"] in {"critical", "utility", "ordinary", "complex"}, key
        assert row["identity"] in {"named", "confidential", "anonymous"}, key
        assert 4 <= len(row["words"]) <= 800 and row["wish"] and row["place"], key
        if row["outcome"] in moves:
            assert grounds[row["ground"]] == moves[row["outcome"]], key
        if row["outcome"] in ANSWERED:
            assert all(row[f] for f in ("finding", "basis", "next_step", "remedy")), key
        if (leaves[row["category"]]["lane"] == "sealed") or row["outcome"] == "sealed":
            assert row["outcome"] == "sealed" and "finding" not in row, key
        if "rating" in row:
            scores = [row["rating"][f] for f in ("result", "speed", "attitude")]
            assert all(1 <= n <= 5 for n in scores), key
            assert row["rating"]["solved"] in {"yes", "partly", "no"}, key
        detail = row.get("detail", {})
        if row["outcome"] == "merged":
            assert detail["into"] in keys - {key}, key
        if row["outcome"] == "deferred":
            assert detail["why"] and detail["conditions"] and detail["leader"], key
            days = [m["days"] for m in detail["milestones"]]
            assert 2 <= len(days) <= 3 and days == sorted(days) and days[0] <= 60, key
            assert all(m["unit"] in units for m in detail["milestones"]), key
        if leaves[row["category"]].get("needs_leader") and row["outcome"] in ANSWERED:
            assert row["ground"] if row["outcome"] == "referred_out" else detail["leader"], key


def test_details_use_known_reasons() -> None:
    reasons = load("sorting/data/reasons.yaml")
    known = {
        "rework_then_solved": ("reason", "rework_reasons"),
        "extension": ("reason", "extension_reasons"),
        "withdrawn": ("reason", "withdrawal"),
        "terminated": ("ground", "termination"),
        "returned_then_redispatched": ("ground", "return_grounds"),
    }
    for row in concerns():
        if row["outcome"] in known:
            field, group = known[row["outcome"]]
            assert row["detail"][field] in codes(reasons[group]), row["key"]
        for code in row.get("detail", {}).get("waiting", []):
            assert code in codes(reasons["waiting_for"]), row["key"]


def test_every_outcome_and_rising_matter_occurs() -> None:
    assert {row["outcome"] for row in concerns()} == OUTCOMES | OPEN
    rising = Counter(row["rising"] for row in concerns() if "rising" in row)
    assert len(rising) == 3 and all(8 <= n <= 12 for n in rising.values())
    assert all(row["weeks_ago"] <= 6 for row in concerns() if "rising" in row)
    assert sum(len(row["words"]) >= 300 for row in concerns()) >= 3
    months = {m for row in concerns() for m in row.get("months", {})}
    assert {1, 7, 8, 11, 12} <= months <= set(range(1, 13))


def test_variants_resolve_and_words_never_repeat() -> None:
    parents = {row["key"]: row for row in concerns()}
    areas, units = codes(community()["areas"]), codes(community()["units"])
    rows = variants()
    assert len({key for key, _ in rows}) >= 120 and len(rows) + len(parents) >= 400
    for key, row in rows:
        assert key in parents and row.get("area", "yx") in areas, key
        if row.get("same_matter"):
            assert set(row) == {"words", "same_matter"}, key
            continue
        assert row["unit"] in units and row["outcome"] in OUTCOMES | OPEN, key
        assert ("place" in row) == ("area" in row), key
        if row["outcome"] in ANSWERED:
            assert row["finding"] and row["next_step"], key
        else:
            assert "finding" not in row, key
        if row["outcome"] in {"referred_out", "not_accepted"}:
            assert parents[key]["outcome"] == row["outcome"], key
    words = Counter([row["words"] for row in parents.values()] + [row["words"] for _, row in rows])
    assert [text for text, n in words.items() if n > 1] == []
    findings = Counter(
        [row["finding"] for row in parents.values() if "finding" in row]
        + [row["finding"] for _, row in rows if "finding" in row]
    )
    assert [text for text, n in findings.items() if n > 1] == []


@pytest.mark.parametrize(
    "path",
    [
        "sorting/data/categories.yaml",
        "sorting/data/grounds.yaml",
        "sorting/data/reasons.yaml",
        "demo/data/community.yaml",
        "demo/data/concerns.yaml",
        "demo/data/variants.yaml",
    ],
)
def test_nothing_about_residents_as_persons(path: str) -> None:
    assert {key for key, _ in walk(load(path))} & FORBIDDEN_KEYS == set()
    text = (SRC / path).read_text(encoding="utf-8")
    assert not PHONE.search(text) and not ID_NUMBER.search(text)
    assert "\t" not in text and "\r" not in text and text.endswith("\n")
