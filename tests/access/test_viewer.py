from __future__ import annotations

import pytest

from lianxin.access import ANONYMOUS, SYSTEM, Allowed, Denied, Grant, Refused, Viewer, require


def viewer(*grants: tuple[str, int, str]) -> Viewer:
    return Viewer(5, "张三", tuple(Grant(*grant) for grant in grants))


def test_a_grant_reaches_the_unit_and_what_lies_below_it_and_nothing_else() -> None:
    someone = viewer(("handler", 7, "0001.0007."))
    assert someone.covers("handler", "0001.0007.")
    assert someone.covers(["unit_leader", "handler"], "0001.0007.0003.")
    assert not someone.covers("handler", "0001.")
    assert not someone.covers("handler", "0001.0070.")
    assert not someone.covers("unit_leader", "0001.0007.")


def test_paths_leave_out_what_lies_inside_another() -> None:
    someone = viewer(
        ("handler", 1, "0001.0007."), ("handler", 2, "0001.0007.0001."), ("auditor", 3, "0002.")
    )
    assert someone.paths() == ("0001.0007.", "0002.")
    assert someone.paths("handler") == ("0001.0007.",)
    assert someone.unit_ids("handler") == {1, 2}
    assert someone.paths("dispatcher") == ()


def test_a_resident_holds_nothing_and_the_system_everything() -> None:
    assert not ANONYMOUS.has() and not ANONYMOUS.covers("handler", "0001.")
    assert not ANONYMOUS.signed_in and ANONYMOUS.actor == "resident"
    assert SYSTEM.has("auditor") and SYSTEM.covers("handler", "0009.") and SYSTEM.paths() == ("",)
    assert SYSTEM.actor == "system" and viewer().actor == "user:5"


def test_an_answer_is_a_truth_value_with_a_reason() -> None:
    require(Allowed())
    with pytest.raises(Refused) as caught:
        require(Denied("不是您的单位"))
    assert bool(Allowed()) and not Denied("x")
    assert str(caught.value) == caught.value.reason == "不是您的单位"
