"""The guide leads everybody from any answer to where a matter belongs, and keeps nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from lianxin.access import SYSTEM
from lianxin.journal.models import Entry
from lianxin.sorting import actions, guide
from lianxin.sorting.defaults import read
from lianxin.sorting.models import Ground

pytestmark = pytest.mark.django_db
MOST_QUESTIONS = 4
DATA: dict[str, Any] = read("guide")


@pytest.fixture(autouse=True)
def grounds() -> None:
    actions.load_defaults(by=SYSTEM)


def faults(data: dict[str, Any]) -> list[str]:
    """What is wrong with a tree: dead ends, circles, ways too long, words missing."""
    questions, ends = data["questions"], data["ends"]
    found: list[str] = []
    reached: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        reached.add(name)
        if name in ends:
            return
        if name not in questions:
            found.append(f"{name}: leads nowhere")
        elif name in way or len(way) >= MOST_QUESTIONS:
            found.append(f"{name}: too far, {' → '.join(way)}")
        else:
            for option in questions[name]["options"]:
                walk(option["to"], (*way, name))

    walk(guide.START, ())
    found += [f"{name}: nobody gets there" for name in {*questions, *ends} - reached]
    texts = [question["ask"] for question in questions.values()]
    texts += [option for question in questions.values() for option in question["options"]]
    texts += [
        end[part] for end in ends.values() if "ground" not in end for part in ("title", "text")
    ]
    found += [
        f"{text}: a language is missing" for text in texts if not text["zh_Hans"] or not text["en"]
    ]
    codes = set(Ground.objects.values_list("code", flat=True))
    found += [
        f"{name}: no such ground"
        for name, end in ends.items()
        if end.get("ground", "") not in {"", *codes}
    ]
    found += [
        f"{name}: no rule" for name, end in ends.items() if "ground" not in end and not end["law"]
    ]
    return found


def test_every_way_ends_within_four_questions_in_both_languages() -> None:
    assert not faults(DATA)


@pytest.mark.parametrize(
    "change",
    [
        {"to": "nowhere", "zh_Hans": "x", "en": "x"},
        {"to": "start", "zh_Hans": "x", "en": "x"},
        {"to": "here", "zh_Hans": "", "en": "x"},
    ],
)
def test_a_tree_that_is_wrong_is_noticed(change: dict[str, str]) -> None:
    work = DATA["questions"]["work"]
    wrong = DATA["questions"] | {"work": work | {"options": [*work["options"], change]}}
    assert faults(DATA | {"questions": wrong})


def test_nobody_is_left_without_a_way_here() -> None:
    """Whatever the end, one can report it here all the same."""
    client = Client()
    for name in DATA["ends"]:
        page = client.get(f"/where/{name}/").content.decode()
        assert 'href="/report/' in page, name


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_one_walks_by_links_alone(language: str) -> None:
    client = Client(headers={"accept-language": language})
    seen, todo = set(), ["/where/"]
    while todo:
        address = todo.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        seen.add(address)
        found = re.findall(r'href="(/where/[a-z_-]+/)"', answer.content.decode())
        todo += [one for one in found if one not in seen and one not in todo]
    assert len(seen) == 1 + len(DATA["questions"]) - 1 + len(DATA["ends"])


def test_what_an_administrator_changed_is_what_people_read() -> None:
    Ground.objects.filter(code="info_disclosure").update(text="到三楼 302 室。")
    assert "到三楼 302 室。" in Client().get("/where/info_disclosure/").content.decode()


def test_about_an_official_it_leads_to_the_desk_above() -> None:
    for name in ("discipline", "manners"):
        assert "/report/?about=official" in Client().get(f"/where/{name}/").content.decode()


def test_nothing_is_kept(django_assert_num_queries: Any) -> None:
    before = Entry.objects.count()
    answer = Client().get("/where/wages/")
    assert Entry.objects.count() == before and not answer.cookies


@pytest.mark.parametrize("name", ["nothing", "START", "x" * 300, "0"])
def test_no_such_step(name: str) -> None:
    assert Client().get(f"/where/{name}/").status_code == 404


def test_it_is_found_from_the_first_page() -> None:
    assert 'href="/where/"' in Client().get("/").content.decode()
    assert 'href="/where/"' in Client().get("/about/").content.decode()
