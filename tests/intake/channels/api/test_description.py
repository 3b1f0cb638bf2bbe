"""The description says what the API does: every answer to made-up requests is held against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from lianxin.cases import actions as cases
from lianxin.intake.channels.doors import DOORS
from lianxin.pages.acts import EVERY
from lianxin.pages.resident.doing import DEEDS
from tests.cast import Cast
from tests.intake.channels.api.program import Program, allowed
from tests.intake.channels.strangers import Found, ask
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
START = 20_261_126


def described(walk: Walk) -> dict[str, Any]:
    """The description, in which a number that is as described is that of this case.

    Without the number beside a code: made up, it is a wrong try, and many of them are slowed down.
    """
    found: dict[str, Any] = Program().get("openapi.json")
    found["components"]["parameters"]["number"]["schema"] = {"enum": [walk.number]}
    for methods in found["paths"].values():
        for one in methods.values():
            if isinstance(one, dict) and "parameters" in one:
                kept = [row for row in one["parameters"] if "receipt" not in row.get("$ref", "")]
                one["parameters"] = kept
    return found


def asked(
    walk: Walk,
    description: Mapping[str, Any],
    *,
    each: int,
    start: int,
    operations: int = 0,
    doer: str = "dispatcher",
) -> Found:
    """Somebody of the desk, and the holder of the code, ask whatever is described."""
    scopes = ("desk:read", "desk:act", "desk:register")
    token = allowed(*scopes, user=getattr(walk.cast, doer)).token

    def headers(path: str) -> dict[str, str]:
        if path.startswith(("/cases", "/doors")):
            return {"Authorization": f"Bearer {token}"}
        return {"Query-Code": walk.code} if path.startswith("/concern") else {}

    return ask(description, headers=headers, each=each, start=start, operations=operations)


def test_every_act_and_deed_is_described(town: Cast) -> None:
    paths = described(begin(town))["paths"]
    for name in EVERY:
        assert {"get", "post", "parameters"} == paths[f"/cases/{{number}}/acts/{name}"].keys()
    for name in DEEDS:
        assert {"get", "post"} == paths[f"/concern/acts/{name}"].keys()


def test_every_door_is_described_and_answers_as_described(town: Cast) -> None:
    walk = begin(town)
    doors = described(walk)
    doors["paths"] = {
        path: said for path, said in doors["paths"].items() if path.startswith("/doors/")
    }
    assert set(doors["paths"]) == {f"/doors/{one.name}" for one in DOORS}
    found = asked(walk, doors, each=2, start=START)
    assert found.faults == []
    assert {200, 201, 422} <= set(found.statuses)


def test_what_is_described_is_in_the_language_of_the_reader(town: Cast) -> None:
    said = []
    for tag in ("en", "zh-hans"):
        paths = Program(language=tag).get("openapi.json")["paths"]
        said.append(paths["/concern/acts/rate"]["post"]["summary"])
    assert said[0] == "How was it?" and said[0] != said[1]


def test_each_answer_is_as_described(town: Cast) -> None:
    walk = begin(town)
    walk.until("handling")
    cases.write_message(walk.case, words="哪一盏灯？", by=walk.viewer("handler"))
    found = asked(walk, described(walk), each=2, start=START, operations=24)
    assert found.faults == []
    assert found.cases > 60 and {200, 404} <= set(found.statuses)


def test_an_answer_that_is_not_as_described_is_noticed(town: Cast) -> None:
    """Known bad: a receipt with one word more than the API tells."""
    walk = begin(town)
    wrong = described(walk)
    wrong["paths"] = {"/concern": wrong["paths"]["/concern"]}
    wrong["components"]["schemas"]["Concern"]["required"].append("colour")
    found = asked(walk, wrong, each=1, start=START)
    assert any("colour" in fault for fault in found.faults)


def test_what_may_be_chosen_is_told_without_markup(client: Client) -> None:
    assert "<b>" not in client.get("/api/v1/openapi.json").content.decode()
