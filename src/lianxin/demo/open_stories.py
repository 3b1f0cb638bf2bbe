"""Stories that stop where the town stands today, so that every desk has fresh work."""

from __future__ import annotations

from collections.abc import Callable

from lianxin.cases import actions as cases
from lianxin.demo import phrases
from lianxin.demo.long_stories import (
    Story,
    ask_extension,
    ask_return,
    to_deferral,
    to_recheck,
    to_review,
)
from lianxin.demo.scene import Scene
from lianxin.demo.stories import (
    SHOWN,
    answer,
    order,
    to_desk,
    to_unit,
    to_unsatisfied,
    to_work,
    waiting_text,
    whistle,
)


def new(scene: Scene) -> Story:
    """Waits to be sorted."""
    scene.file()
    yield from ()


def triage(scene: Scene) -> Story:
    """Sorted, waits to be dispatched."""
    yield from to_desk(scene)


def dispatched(scene: Scene) -> Story:
    """Waits to be signed for."""
    yield from to_desk(scene)
    yield scene.soon("dispatch")
    scene.dispatch()


def return_review(scene: Scene) -> Story:
    """A unit wants to hand it back."""
    yield from dispatched(scene)
    yield scene.soon("start")
    ask_return(scene, scene.unit)


def accepted(scene: Scene) -> Story:
    """Signed for, not begun."""
    yield from to_unit(scene)


def handling(scene: Scene) -> Story:
    """Being worked on."""
    yield from to_work(scene)
    if scene.town.community_of(scene.told["area"]) == SHOWN:
        yield scene.soon("start")
        whistle(scene, SHOWN)


def awaiting_info(scene: Scene) -> Story:
    """The person has been asked for something."""
    yield from to_work(scene)
    yield scene.soon("contact")
    cases.ask_info(scene.case, text=waiting_text(scene), by=scene.worker)


def extension_asked(scene: Scene) -> Story:
    """The leader has to decide on more time."""
    yield from to_work(scene)
    yield scene.soon("contact")
    ask_extension(scene)


def deferral_asked(scene: Scene) -> Story:
    """The supervisor has to decide on a timetable."""
    yield from to_deferral(scene)


def reply_review(scene: Scene) -> Story:
    """The leader has a draft to approve."""
    yield from to_work(scene)
    yield scene.soon("work")
    scene.submit()


def replied(scene: Scene) -> Story:
    """Waits to be judged by the resident."""
    yield from to_work(scene)
    yield from answer(scene)


def follow_up(scene: Scene) -> Story:
    """Called once, nobody answered."""
    yield from replied(scene)
    yield scene.days(0.3, 0.6)
    scene.call_back(reached=False)


def unsatisfied(scene: Scene) -> Story:
    """The supervisor has to rule."""
    yield from to_unsatisfied(scene)


def rework(scene: Scene) -> Story:
    """Being redone."""
    yield from to_unsatisfied(scene)
    yield scene.days(0.2, 0.5)
    order(scene)


def withdrawal_asked(scene: Scene) -> Story:
    """Somebody outside the unit has to ask whether it is free will."""
    yield from to_work(scene)
    yield scene.later(0.2, 2)
    cases.withdraw(scene.case, text=phrases.WITHDRAW, by=scene.resident)


def review(scene: Scene) -> Story:
    """The review body has to decide."""
    yield from to_review(scene)


def recheck(scene: Scene) -> Story:
    """The review body has to decide for the last time."""
    yield from to_recheck(scene)


STORIES: dict[str, tuple[Callable[[Scene], Story], float]] = {
    "open_new": (new, 0.1),
    "open_triage": (triage, 0.44),
    "open_dispatched": (dispatched, 0.65),
    "open_return": (return_review, 0.9),
    "open_accepted": (accepted, 1),
    "open_handling": (handling, 2),
    "open_mediating": (handling, 3),
    "open_awaiting_info": (awaiting_info, 3),
    "open_extension": (extension_asked, 3),
    "open_deferral": (deferral_asked, 7),
    "open_reply_review": (reply_review, 4),
    "open_replied": (replied, 6),
    "open_follow_up": (follow_up, 7),
    "open_unsatisfied": (unsatisfied, 8),
    "open_rework": (rework, 9),
    "open_withdrawal": (withdrawal_asked, 4),
    "open_overdue": (handling, 9),
    "open_review": (review, 22),
    "open_recheck": (recheck, 40),
}
"""By outcome: the story, and how many working days ago it began: long enough that its last act has
happened, whatever the hour. A part of a day is a part of office hours."""
