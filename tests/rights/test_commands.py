"""What the person in charge of personal data does at the command line."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from lianxin.access import SYSTEM
from lianxin.cli import breach, privacy, retention
from lianxin.intake import proofs
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.kernel.problems import Problem
from lianxin.rights import actions
from tests.cast import Cast
from tests.rights.test_own_data import NAME, NAMED, PHONE, holder, opened
from tests.walk import begin

pytestmark = pytest.mark.django_db


def run(command: Any, *words: str) -> Result:
    return CliRunner().invoke(command, list(words), catch_exceptions=True)


def span(before: timedelta = timedelta(hours=1)) -> tuple[str, ...]:
    now = clock.now().astimezone(clock.SHANGHAI)
    until = now + timedelta(minutes=2)
    return ("--since", f"{now - before:%Y-%m-%d %H:%M}", "--until", f"{until:%Y-%m-%d %H:%M}")


def test_the_breach_report_says_who_opened_what_of_which_matter(cast: Cast) -> None:
    walk, other = opened(cast), begin(cast, **NAMED)
    holder(walk).post("/track/case/data/copy/", {"form": "json"})
    text = run(breach.group, "report", *span()).output
    assert "打开封存联系方式 **2** 次" in text and "下载本人资料 **1** 次" in text
    assert "| 张三 | 2 | 1 |" in text and "| 电话 | 1 |" in text and "约时间看现场" in text
    assert format_number(walk.number) in text and format_number(other.number) not in text
    assert NAME not in text and PHONE not in text and "4 小时" in text and "{" not in text


def test_it_looks_only_at_the_time_and_the_matters_asked_for(cast: Cast) -> None:
    walk = opened(cast)
    with clock.at(clock.now() + timedelta(days=2)):
        assert "**0** 次" in run(breach.group, "report", *span()).output
        again = run(breach.group, "report", *span(timedelta(days=3)), "--case", walk.number)
        assert "**2** 次" in again.output
    other = begin(cast)
    assert "**0** 次；" in run(breach.group, "report", *span(), "--case", other.number).output
    assert run(breach.group, "report", *span(), "--case", "x").exit_code == 1


def test_the_report_is_written_for_one_pair_of_eyes(cast: Cast, tmp_path: Path) -> None:
    opened(cast, "看 | 现场\n第二行")
    out = tmp_path / "report.md"
    assert run(breach.group, "report", *span(), "--out", str(out)).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "看 ／ 现场 第二行 |" in out.read_text("utf-8")


def test_retention_lists_what_goes_and_when_and_changes_nothing(cast: Cast) -> None:
    over, alive = begin(cast, **NAMED), begin(cast, **NAMED)
    over.until("closed")
    alive.until("handling")
    assert run(retention.command).output.count("nothing") == 3
    day = clock.today() + timedelta(days=732)
    listed = run(retention.command, "--until", day.isoformat()).output
    goes = f"{format_number(over.number)}  after {clock.today() + timedelta(days=730)}"
    assert goes in listed and format_number(alive.number) not in listed
    with clock.at(clock.now() + timedelta(days=740)):
        over_again = begin(cast)
        assert format_number(over_again.number) not in run(retention.command).output
        assert goes in run(retention.command).output
        actions.let_go()
        assert run(retention.command).output.count("nothing") == 3


def test_contact_is_erased_for_somebody_without_a_code(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    done = run(privacy.group, "erase", format_number(walk.number))
    proof = done.output.rpartition(" ")[2].strip()
    assert proofs.check(proof)[0] == proofs.Finding.ERASED
    assert run(privacy.group, "erase", walk.number).exit_code == 1
    assert run(privacy.group, "erase", "AAAA-AAAA-AAA").exit_code == 1


def test_an_edition_is_published_from_a_file_and_listed(cast: Cast, tmp_path: Path) -> None:
    actions.load_defaults(by=SYSTEM)
    shown = run(privacy.group, "show", "notice", "--file").output
    content = yaml.safe_load(shown)
    content["texts"]["zh-hans"]["sections"][0]["text"] = "清河县信访局"
    file = tmp_path / "notice.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    done = run(privacy.group, "publish", str(file), "--from", tomorrow)
    assert f"Edition 2 of the notice is published, from {tomorrow}" in done.output
    assert "Edition 1" in run(privacy.group, "show", "notice").output.splitlines()[1]
    again = run(privacy.group, "publish", str(file), "--from", tomorrow)
    assert isinstance(again.exception, Problem)
