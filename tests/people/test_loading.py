from __future__ import annotations

import pytest

from lianxin.access import SYSTEM, Refused
from lianxin.journal.models import Entry
from lianxin.kernel.problems import Problem
from lianxin.people import actions, queries, sheets
from lianxin.people.models import Membership, Unit, User
from tests.cast import Cast

UNITS = """单位名称,上级单位,类型,电话,窗口单位
东湖社区,湖滨街道,社区村,,否
湖滨街道,湖滨区,,0571-88880000,
湖滨区,,区县,12345,
区供水公司,湖滨区,,0571 8888 0001 转 8,是
综合办,湖滨街道,部门,,
综合办,湖滨区,部门,,
甲局,没有的局,部门,,
乙局,湖滨区,城堡,打电话,也许
丙,丁,部门,,
丁,丙,部门,,
""".encode("gb18030")


def load_units(data: bytes) -> sheets.Loaded:
    return actions.load_units(sheets.open_sheet(data, columns=sheets.UNIT_COLUMNS), by=SYSTEM)


def test_units_in_any_order_good_rows_in_bad_rows_listed(db: None) -> None:
    loaded = load_units(UNITS)
    assert (loaded.added, loaded.changed, loaded.unchanged) == (6, 0, 0)
    assert [(p.line, p.column) for p in loaded.problems] == [
        (8, "上级单位"), (9, "窗口单位"), (10, "上级单位"), (11, "上级单位"),
    ]  # fmt: skip
    east = Unit.objects.get(name="东湖社区")
    assert [unit.name for unit in queries.units_above(east.path)] == ["湖滨区", "湖滨街道"]
    water = Unit.objects.get(name="区供水公司")
    assert water.window and water.kind == "enterprise" and water.phone == "0571 8888 0001 转 8"
    assert Unit.objects.get(name="湖滨街道").kind == "town"
    assert Unit.objects.filter(name="综合办").count() == 2


def test_the_same_sheet_again_changes_nothing_and_a_new_one_only_its_differences(db: None) -> None:
    load_units(UNITS)
    entries = Entry.objects.count()
    loaded = load_units(UNITS)
    assert (loaded.added, loaded.changed, loaded.unchanged) == (0, 0, 6)
    assert Entry.objects.count() == entries
    moved = load_units("name,parent,phone\n东湖社区,湖滨区,123456\n".encode())
    assert (moved.added, moved.changed) == (0, 1)
    east = Unit.objects.get(name="东湖社区")
    assert east.parent == Unit.objects.get(name="湖滨区") and east.phone == "123456"


def test_people_get_roles_and_a_password_that_is_shown_once(cast: Cast) -> None:
    text = """姓名,用户名,单位,角色,职务,手机,密码
钱程,qian,住建局,承办人、联络员,科员,13900000000,123456
钱程,qian,清河县/城关镇,handler,,,123456
,sun,住建局,handler,,,
孙亮,sun,没有的局,handler,,,
孙亮,sun2,住建局,国王,,,
孙亮,sun3,,handler,,,
"""
    handed: list[tuple[str, str]] = []
    rows = sheets.open_sheet(text.encode(), columns=sheets.PEOPLE_COLUMNS)
    loaded = actions.load_people(rows, by=SYSTEM, hand_over=handed.append)
    assert (loaded.added, loaded.changed) == (1, 1)
    assert [(p.line, p.column) for p in loaded.problems] == [
        (4, "姓名"), (5, "单位"), (6, "角色"), (7, "单位"),
    ]  # fmt: skip
    person = User.objects.get(username="qian")
    assert handed == [("qian", handed[0][1])] and person.check_password(handed[0][1])
    assert not person.check_password("123456") and person.must_change_password
    held = {(m.unit.name, m.role) for m in Membership.objects.filter(user=person)}
    assert held == {("住建局", "handler"), ("住建局", "unit_liaison"), ("城关镇", "handler")}
    assert not User.objects.filter(username__startswith="sun").exists()
    again = sheets.open_sheet(text.encode(), columns=sheets.PEOPLE_COLUMNS)
    loaded = actions.load_people(again, by=SYSTEM, hand_over=handed.append)
    assert (loaded.added, loaded.changed) == (0, 2) or loaded.unchanged == 2
    assert len(handed) == 1


def test_a_sheet_without_the_needed_column_and_a_person_without_the_right(cast: Cast) -> None:
    rows = sheets.open_sheet("姓名,单位\n张三,住建局\n".encode(), columns=sheets.PEOPLE_COLUMNS)
    with pytest.raises(Problem, match="用户名"):
        actions.load_people(rows, by=SYSTEM, hand_over=print)
    with pytest.raises(Refused):
        actions.load_units([], by=cast.viewer(cast.clerk))
