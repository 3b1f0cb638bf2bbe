"""A concern filed by a program: by the rules of the form, once however often it is sent."""

from __future__ import annotations

import io
import threading
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from lianxin.intake import flood
from lianxin.intake.actions.filing import SHOW_CODE_AGAIN
from lianxin.intake.channels.api import actions
from lianxin.intake.models import ApiClient, ApiRequest, Attachment, Concern
from lianxin.intake.queries import is_held
from lianxin.kernel import clock
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.intake.channels.api.program import GOOD, Program, allowed, fields_of

pytestmark = pytest.mark.django_db
KEY = "3f0e1f9a-7a52-4f2c-9a34-0d4dd1b8f2c1"


def photo() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(file, "JPEG")
    return SimpleUploadedFile("a.jpg", file.getvalue())


def test_what_the_person_takes_away_opens_the_concern(anybody: Program) -> None:
    receipt = anybody.file()
    concern = Concern.objects.get()
    assert (concern.number, concern.channel) == (receipt["number"], "api")
    found = anybody.holding(receipt["code"]).get("concern")
    assert found["words"] == GOOD["words"]
    assert found["proof"] == receipt["proof"] != ""
    assert receipt["steps"] and not receipt["repeated"]


def test_name_and_number_are_sealed_and_the_program_is_named_at_the_desk(
    town: Cast, app: Program
) -> None:
    app.file(
        identity="confidential", name="王桂兰", phone="13912345678", reply_mode="phone",
        area=town.east_area.pk, happened_on="2026-01-02", latitude=31.234567, longitude="121.47",
    )  # fmt: skip
    concern = Concern.objects.get()
    assert set(vault.fields(concern.uuid)) == {"name", "phone"}
    assert concern.area == town.east_area
    assert str(concern.latitude) == "31.234567"
    row = ApiRequest.objects.get()
    assert row.client is not None and row.concern == concern
    assert row.digest and "13912345678" not in str(vars(row))


def test_each_fault_is_told_at_its_field_and_nothing_is_kept(anybody: Program) -> None:
    problem = anybody.file(
        422, words=" ", place="", identity="named", phone="12", happened_on="2999-01-01"
    )
    assert problem["type"] == "urn:lianxin:problem:fields"
    assert fields_of(problem) >= {"words", "place", "name", "phone", "happened_on"}
    anybody.language = "zh-hans"
    assert anybody.file(422, words="")["errors"][0]["message"] != problem["errors"][0]["message"]
    assert not Concern.objects.exists() and not ApiRequest.objects.exists()


def test_a_field_that_there_is_not_is_told(anybody: Program) -> None:
    problem = anybody.file(400, device_id="12", channel="web")
    assert fields_of(problem) == {"device_id", "channel"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("words", 5), ("words", ["a"]), ("words", {"a": "b"}), ("nowhere", "yes"), ("nowhere", 1),
        ("area", "1"), ("area", 1.5), ("area", True), ("identity", None), ("words", "x" * 10_001),
        ("attachments", ["a"]), ("latitude", True),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_told(anybody: Program, name: str, value: Any) -> None:
    assert name in fields_of(anybody.file(422, **{name: value}))


def test_the_same_again_is_the_same_concern_with_the_same_code(app: Program) -> None:
    first, again = app.file(key=KEY), app.file(key=KEY)
    assert (again.pop("repeated"), first.pop("repeated")) == (True, False)
    assert first == again
    assert Concern.objects.count() == ApiRequest.objects.count() == 1
    with clock.at(clock.now() + SHOW_CODE_AGAIN):
        assert app.file(key=KEY)["code"] is None


def test_a_key_with_something_else_is_refused(app: Program) -> None:
    app.file(key=KEY)
    assert app.file(422, key=KEY, wish="换新的")["type"].endswith(":key-used")
    # The place of a name in the body says nothing.
    turned = dict(reversed(list(GOOD.items())))
    assert app.post("concerns", turned, 201, key=KEY)["repeated"]


def test_a_key_that_failed_is_free_for_a_better_try(app: Program) -> None:
    app.file(422, key=KEY, words="")
    assert not app.file(key=KEY)["repeated"]


def test_the_key_of_one_program_is_not_that_of_another(town: Cast, app: Program) -> None:
    other = allowed("file")
    numbers = {one.file(key=KEY)["number"] for one in (app, other, Program())}
    assert len(numbers) == 3


@pytest.mark.parametrize("key", ["", "1", "x" * 300, "3f0e1f9a-7a52"])
def test_without_a_key_nobody_could_guess_nothing_is_filed(app: Program, key: str) -> None:
    assert app.file(400, key=key)["type"].endswith(":key-missing")
    assert not Concern.objects.exists()


def test_a_token_must_be_known_and_made_for_it(town: Cast, app: Program) -> None:
    Program("nonsense").file(401)
    allowed("desk:act", user=town.clerk).file(403)
    actions.revoke_token(ApiClient.objects.earliest("pk"), by=town.viewer(town.sys_admin))
    app.file(401)
    assert not Concern.objects.exists()


def test_files_come_by_the_rules_of_the_form(app: Program) -> None:
    receipt = app.send("concerns", {**GOOD, "attachments": [photo(), photo()]}, 201, key=KEY)
    again = app.send("concerns", {**GOOD, "attachments": [photo(), photo()]}, 201, key=KEY)
    assert receipt["number"] == again["number"] and Attachment.objects.count() == 2
    app.send("concerns", {**GOOD, "attachments": [photo()]}, 422, key=KEY)
    bad = {**GOOD, "attachments": [SimpleUploadedFile("a.jpg", b"MZ" + b"\0" * 300)]}
    assert fields_of(app.send("concerns", bad, 422)) == {"attachments"}
    app.send("concerns", {**GOOD, "pictures": [photo()]}, 400)
    assert Concern.objects.count() == 1


def test_above_a_rate_a_person_lets_it_through(app: Program, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "A_MINUTE", 2)
    held = []
    for n in range(4):
        app.file(words=f"护栏断了{n}")
        held.append(is_held(Concern.objects.latest("pk")))
    assert held == [False, False, True, True]


def test_in_a_flood_without_a_token_too(
    anybody: Program, settings: Settings, monkeypatch: Any
) -> None:
    settings.FLOOD_ALL = 1
    monkeypatch.setattr(flood, "meter", flood.Meter())
    anybody.file()
    anybody.file(words="护栏断了二")
    assert is_held(Concern.objects.latest("pk"))


def test_what_it_costs(app: Program, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    app.file()
    with django_assert_max_num_queries(24):
        app.file(words="护栏断了二")


@pytest.mark.django_db(transaction=True)
def test_the_same_sent_at_once_is_filed_once(app: Program) -> None:
    answers: list[Any] = []

    def send() -> None:
        try:
            answers.append(Program(app.token).file(key=KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len({answer["code"] for answer in answers}) == 1
    assert sorted(answer["repeated"] for answer in answers) == [False] + [True] * 5
    assert Concern.objects.count() == ApiRequest.objects.count() == 1


def test_the_form_says_what_there_is_to_choose(town: Cast, anybody: Program) -> None:
    form = anybody.get("concerns/form")
    areas = {one["const"] for one in form["properties"]["area"]["anyOf"][0]["oneOf"]}
    assert town.east_area.pk in areas
    assert form["required"] == ["words", "identity"]
    assert form["properties"]["identity"]["oneOf"][0]["title"]


def test_uuids_in_other_clothes_are_the_same_key(app: Program) -> None:
    first = app.file(key=KEY)
    assert app.file(key=f'"{KEY.upper()}"')["number"] == first["number"]
    assert uuid.UUID(KEY)
