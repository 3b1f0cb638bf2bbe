from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from lianxin.cli.import_people import divisions, people, units
from lianxin.people.models import Area, Unit, User
from tests.cast import Cast


def test_people_come_in_and_their_passwords_go_out_once(cast: Cast, tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_bytes("姓名,用户名,单位,角色\n钱程,qian,住建局,承办人\n,x,,\n".encode("gb18030"))
    done = CliRunner().invoke(people, [str(sheet)])
    assert done.exit_code == 1 and "line 3, 姓名" in done.output and "1 added" in done.output
    handed = tmp_path / "people-passwords.csv"
    assert stat.S_IMODE(handed.stat().st_mode) == 0o600
    username, password = handed.read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    assert User.objects.get(username=username).check_password(password)
    assert password not in done.output
    again = CliRunner().invoke(people, [str(sheet)])
    assert again.exit_code == 1 and "exists already" in again.output
    handed.unlink()
    CliRunner().invoke(people, [str(sheet)])
    assert not handed.exists()


def test_units_and_divisions(db: None, tmp_path: Path) -> None:
    sheet = tmp_path / "units.csv"
    sheet.write_text("单位名称,上级单位\n城关镇,清河县\n清河县,\n", encoding="utf-8-sig")
    done = CliRunner().invoke(units, [str(sheet)])
    assert done.exit_code == 0 and "2 added" in done.output
    assert Unit.objects.get(name="城关镇").path == "0001.0001."
    assert CliRunner().invoke(divisions, ["--province", "54"]).exit_code == 0
    assert Area.objects.filter(code="54").exists()


@pytest.mark.parametrize("command", [units, people, divisions])
def test_help_is_for_strangers(command: object) -> None:
    from click import Command

    assert isinstance(command, Command)
    assert len(CliRunner().invoke(command, ["--help"]).output) > 200
