"""What docs/evidence/ says was found: by a program that is here, passed, and summed up freshly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.trust import campaign, overview

FILES = sorted(campaign.EVIDENCE.glob("*.json"))


def test_there_is_evidence() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_file_has_its_program_and_says_passed(file: Path) -> None:
    record = json.loads(file.read_text("utf-8"))
    assert record["campaign"] == file.stem
    assert file.stem in campaign.campaigns()
    assert record["passed"] is True
    assert record["twins"] and set(record["twins"].values()) == {"caught"}
    assert {"seed", "scale", "seconds", "day", "versions", "counts"} <= record.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_file_names_no_machine(file: Path) -> None:
    assert campaign.machine_facts(file.read_text("utf-8")) == []


def test_the_overview_is_what_the_files_say() -> None:
    said = (campaign.EVIDENCE / "README.md").read_text("utf-8")
    assert said == overview.page(campaign.EVIDENCE), (
        "run: python -m bench.trust.campaign --overview"
    )


def test_every_campaign_says_what_it_is_about() -> None:
    assert all(campaign.campaigns().values())


@pytest.mark.parametrize("twins", [{}, {"bad": "missed"}, {"bad": "caught", "worse": "missed"}])
def test_a_campaign_that_missed_a_twin_has_not_passed(twins: dict[str, str]) -> None:
    found = {"passed": True, "tries": 10, "twins": twins}
    assert not campaign.record_of("blind", "Sees nothing.", found, seed=1, scale=1)["passed"]


def test_a_path_of_a_machine_is_noticed() -> None:
    assert campaign.machine_facts('{"file": "/home/somebody/x.db"}')
    assert not campaign.machine_facts('{"pages": "/desk/cases/", "of": 1}')
