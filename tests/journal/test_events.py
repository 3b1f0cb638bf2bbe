from __future__ import annotations

from typing import ClassVar

import pytest

from lianxin.journal import reference
from lianxin.journal.events import Event, all_events, load, register
from tests.journal.sample import Noted


def test_it_refuses_a_name_twice_or_badly_written() -> None:
    for bad in ("tests.noted", "noted", "", "Tests.Noted"):
        with pytest.raises(TypeError):

            @register
            class Again(Event):
                """A second one."""

                name: ClassVar[str] = bad


def test_it_refuses_an_event_without_words() -> None:
    with pytest.raises(TypeError, match="docstring"):

        @register
        class Silent(Event):
            name: ClassVar[str] = "tests.silent"


def test_it_refuses_a_field_json_cannot_keep() -> None:
    with pytest.raises(TypeError, match="weight"):

        @register
        class Weighed(Event):
            """Floats have no one spelling."""

            name: ClassVar[str] = "tests.weighed"
            weight: dict[str, list[float]]


def test_an_old_entry_outlives_a_field_that_was_dropped() -> None:
    assert load("tests.noted", {"text": "x", "gone": 1}) == Noted(text="x")
    with pytest.raises(LookupError):
        load("tests.unheard_of", {})


def test_the_reference_tells_every_event_of_the_product() -> None:
    page = reference.markdown()
    for event in all_events():
        assert (f"### `{event.name}`" in page) is event.__module__.startswith("lianxin.")
