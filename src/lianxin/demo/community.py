"""`build`: the town, its people, and a year of about four hundred concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from django.apps import apps

from lianxin.cases import actions as cases
from lianxin.cases import queries
from lianxin.cases.policy import may_move
from lianxin.cases.states import State
from lianxin.demo import long_stories, open_stories, phrases, pictures, script, stories, town
from lianxin.demo.diary import Diary
from lianxin.demo.scene import Scene
from lianxin.demo.stage import Stage, Story
from lianxin.kernel import clock
from lianxin.kernel.ids import format_code
from lianxin.people.roles import Role

if TYPE_CHECKING:
    from lianxin.cases.models import Case, Supervision
    from lianxin.promises.models import Promise

SEED = 12_345
PHOTOS = 32
STORIES: dict[str, Callable[[Scene], Story]] = {
    "solved_satisfied": stories.solved,
    "solved_basically": stories.solved,
    "never_judged": stories.solved,
    "late": stories.late,
    "answered_on_spot": stories.answered_on_spot,
    "referred_out": stories.referred_out,
    "not_accepted": stories.not_accepted,
    "set_aside": stories.set_aside,
    "sealed": stories.sealed,
    "explained": stories.explained,
    "rework_then_solved": stories.rework,
    "reopened": stories.reopened,
    "withdrawn": stories.withdrawn,
    "withdrawn_early": stories.withdrawn_early,
    "terminated": stories.terminated,
    "extension": long_stories.extension,
    "extension_declined": long_stories.extension_declined,
    "returned_then_redispatched": long_stories.returned,
    "return_declined": long_stories.return_declined,
    "waited": long_stories.waited,
    "deferred": long_stories.deferred,
    "review": long_stories.review,
    "recheck": long_stories.recheck,
    **{way: story for way, (story, _days) in open_stories.STORIES.items()},
}


@dataclass
class Built:
    """What a newcomer needs: codes of some concerns, with what to see there."""

    codes: list[tuple[str, str]]
    concerns: int
    stumbles: list[str] = field(default_factory=list)


def begins(now: datetime | None = None) -> datetime:
    """When the town's year begins; what the product loads by itself is dated a little before."""
    return (now or clock.now()) - timedelta(days=script.YEAR + 3)


def build(progress: Callable[[int, int], None] | None = None, *, share: float = 1.0) -> Built:
    """Build the town in an empty, migrated database and play its year up to now.

    Every act goes through the same action as on the pages, at its own moment and in the order of
    time. ``share`` below 1 plays fewer concerns, with every way a case can go among them.
    """
    now = clock.now()
    rng = Random(SEED)
    diary = Diary(rng)
    stage = Stage(begins(now), now)
    with clock.at(stage.now):
        place = town.found()
    scenes = _cast(place, diary, stage, script.parts(now, diary, rng, share), rng)
    answers = _Answers(place, diary, stage, rng)
    stage.after_chores = answers.look
    stage.play(progress)
    return Built(_codes(scenes), len(scenes), stage.stumbles)


def _cast(
    place: town.Town, diary: Diary, stage: Stage, parts: list[script.Part], rng: Random
) -> list[Scene]:
    """A scene for every concern, and its story in the queue."""
    scenes: dict[str, Scene] = {}
    pictured = [
        part.told["key"]
        for part in parts
        if part.told["channel"] == "web" and pictures.subject_of(part.told["category"])
    ]
    with_photo = set(rng.sample(pictured, min(PHOTOS, len(pictured))))
    promised = partial(_promised, stage)
    for part in parts:
        key = part.told["key"]
        urgency = part.told["urgency"]
        scene = Scene(
            place, part.told, Random(f"{SEED}{key}"), diary,
            photo=key in with_photo,
            pace=urgency if urgency in ("critical", "utility") else "ordinary",
            promised=promised,
            said=stage.owe,
        )  # fmt: skip
        scenes[key] = scene
        if part.parent:
            otherwise = stories.after_desk if part.told.get("finding") else _stays
            story = stories.merged(scenes[part.parent], otherwise)
        else:
            story = STORIES[part.outcome]
        stage.add(key, part.begins, story(scene))
    return list(scenes.values())


def _stays(_scene: Scene) -> Story:
    yield from ()


def _promised(stage: Stage, scene: Scene, promise: Promise) -> None:
    story = long_stories.next_step(scene, promise)
    stage.add(f"{scene.told['key']} promise", stage.now, story)


@dataclass
class _Answers:
    """Leaders who answer supervision, most of them within days."""

    place: town.Town
    diary: Diary
    stage: Stage
    rng: Random
    seen: set[int] = field(default_factory=set)

    def look(self) -> None:
        """Called after the chores: plan an answer for each new supervision."""
        for row in apps.get_model("cases", "Supervision").objects.filter(answered_at=None):
            if row.pk not in self.seen:
                self.seen.add(row.pk)
                if self.rng.random() < 0.88:
                    when = self.diary.working_days(clock.now(), self.rng.uniform(0.4, 2))
                    self.stage.add(f"supervision {row.pk}", when, self._answer(row))

    def _answer(self, row: Supervision) -> Story:
        case = queries.case_by_id(row.case_id)
        leader = self._leader(case)
        if leader and may_move(self.place.viewer(leader), case, "answer_supervision"):
            text = self.rng.choice(phrases.SUPERVISED)
            cases.answer_supervision(row, text=text, by=self.place.viewer(leader))
        yield from ()

    def _leader(self, case: Case) -> str:
        codes = {unit.pk: code for code, unit in self.place.units.items()}
        code = codes.get(case.lead_unit_id or 0)
        return self.place.holders(code, Role.UNIT_LEADER)[0] if code else ""


TRY = (
    (State.REPLIED, "a reply that waits for your judgement"),
    (State.HANDLING, "being worked on: add something, or withdraw"),
    (State.DEFERRED, "deferred with a timetable"),
    (State.CLOSED, "settled: the whole story, and opening it again"),
)
"""What a newcomer may look at with a query code."""


def _codes(scenes: list[Scene]) -> list[tuple[str, str]]:
    found = []
    newest = sorted((s for s in scenes if s.concern_id), key=lambda s: -s.concern_id)
    rows = apps.get_model("cases", "Case").objects.values_list("concern_id", "state")
    states = dict(rows)
    for state, what in TRY:
        scene = next((s for s in newest if states.get(s.concern_id) == state), None)
        if scene is not None:
            found.append((format_code(scene.code), what))
    return found


def sign_ins() -> list[tuple[str, str, str]]:
    """(user name, password, role and what to try first) of one person for every role."""
    staff = town.read("community")["staff"]
    found = []
    for role, unit, what in town.SIGN_INS:
        for person in staff:
            if {"role": str(role), "unit": unit} in person["roles"]:
                label = f"{person['name']}, {role.label}: {what}"
                found.append((person["username"], town.PASSWORD, label))
                break
    return found
