"""Stories that take weeks: more time, deferral with a timetable, returns, review and recheck."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from lianxin.cases import actions as cases
from lianxin.cases.actions import Milestone, NewDeferral
from lianxin.demo import phrases
from lianxin.demo.scene import Scene
from lianxin.demo.stories import answer, judged, to_desk, to_work, waiting_text
from lianxin.kernel import clock
from lianxin.kernel.clock import SHANGHAI
from lianxin.people.roles import Role
from lianxin.promises import actions as promises
from lianxin.promises import queries as promised

if TYPE_CHECKING:
    from lianxin.promises.models import Promise

Story = Iterator[datetime]
REPORT_AFTER = 27
"""Days to the next report on a deferred case; thirty at most."""


def extension(scene: Scene, *, granted: bool = True) -> Story:
    """More time is asked for before the limit."""
    yield from to_work(scene)
    yield scene.days(0.1, 0.7)
    ask_extension(scene)
    yield scene.days(0.2, 0.6)
    text = phrases.EXTENSION_GRANTED if granted else phrases.EXTENSION_DECLINED
    cases.rule_on_extension(scene.case, grant=granted, text=text, by=scene.leader)
    if granted:
        yield scene.days(3, 6)
        scene.contact(1)
    yield from answer(scene)
    yield from judged(scene)


def extension_declined(scene: Scene) -> Story:
    """More time is asked for and not given."""
    yield from extension(scene, granted=False)


def ask_extension(scene: Scene) -> None:
    """The handler asks; the leader has not decided yet."""
    reason = scene.detail.get("reason", "parts")
    cases.ask_extension(
        scene.case,
        days=scene.detail.get("days", 5),
        reason=reason,
        text=phrases.EXTENSION[reason],
        by=scene.worker,
    )


def returned(scene: Scene) -> Story:
    """First to a unit that hands it back with reason, then to the right one."""
    detail = scene.detail
    yield from to_desk(scene, urgency="ordinary")
    yield scene.soon("dispatch")
    scene.dispatch(detail["from"])
    yield scene.soon("sign")
    ask_return(scene, detail["from"])
    yield scene.soon("sort")
    cases.rule_on_return(scene.case, grant=True, text=phrases.RETURN_GRANTED, by=scene.dispatcher)
    yield scene.soon("dispatch")
    yield from _from_dispatch(scene)


def return_declined(scene: Scene) -> Story:
    """The unit must keep it."""
    yield from to_desk(scene, urgency="ordinary")
    yield scene.soon("dispatch")
    scene.dispatch()
    yield scene.soon("sign")
    ask_return(scene, scene.unit)
    yield scene.soon("sort")
    cases.rule_on_return(scene.case, grant=False, text=phrases.RETURN_DECLINED, by=scene.dispatcher)
    yield scene.soon("start")
    scene.name(scene.who(Role.UNIT_LIAISON, None, Role.COMMUNITY_SECRETARY))
    scene.start()
    yield scene.soon("contact")
    scene.contact()
    yield from answer(scene)
    yield from judged(scene)


def ask_return(scene: Scene, unit: str) -> None:
    """A unit says the case is not its own."""
    liaison = scene.who(Role.UNIT_LIAISON, unit, Role.COMMUNITY_SECRETARY)
    suggested = scene.detail.get("suggested")
    cases.ask_return(
        scene.case,
        reason=scene.detail.get("ground", "not_our_duty"),
        text=phrases.RETURN,
        basis=phrases.RETURN_BASIS,
        unit_id=scene.town.units[suggested].pk if suggested else None,
        by=liaison,
    )


def _from_dispatch(scene: Scene) -> Story:
    scene.dispatch()
    yield scene.soon("sign")
    scene.sign()
    yield scene.soon("start")
    scene.start()
    yield scene.soon("contact")
    scene.contact()
    yield from answer(scene)
    yield from judged(scene)


def waited(scene: Scene) -> Story:
    """The person is asked for something, and sends it."""
    yield from to_work(scene)
    yield scene.days(0.2, 0.6)
    cases.ask_info(scene.case, text=waiting_text(scene), by=scene.worker)
    yield scene.later(8, 50)
    scene.add_words(phrases.INFORMATION)
    yield from answer(scene)
    yield from judged(scene)


# --- deferral ------------------------------------------------------------------------------------


def to_deferral(scene: Scene) -> Story:
    """Proposed by the leader of the unit."""
    yield from to_work(scene, urgency="complex")
    yield scene.days(1, 3)
    scene.contact(1)
    yield scene.soon("start")
    detail = scene.detail
    leader = scene.leader
    today = clock.today()
    steps = [
        Milestone(step["text"], today + timedelta(days=step["days"]))
        for step in detail.get("milestones", _STEPS)
    ]
    cases.ask_deferral(
        scene.case,
        NewDeferral(
            facts=scene.told.get("finding") or phrases.DEFERRAL_FACTS,
            why=detail.get("why", phrases.DEFERRAL_WAITS),
            conditions=detail.get("conditions", "资金和施工许可到位"),
            leader_id=leader.user_id,
            next_report_on=today + timedelta(days=REPORT_AFTER),
            milestones=steps,
        ),
        by=leader,
    )


_STEPS: list[dict[str, Any]] = [
    {"days": 20, "text": "做完现场测量，把方案贴出来听意见"},
    {"days": 50, "text": "办好许可，施工队进场"},
]


def deferred(scene: Scene) -> Story:
    """A timetable step by step: some in time, some late; then taken up again and answered."""
    yield from to_deferral(scene)
    yield scene.days(0.3, 1.2)
    cases.rule_on_deferral(
        scene.case, grant=True, text=phrases.DEFERRAL_GRANTED, by=scene.supervisor
    )
    yield from _timetable(scene)
    yield scene.days(0.3, 1)
    cases.end_deferral(scene.case, by=scene.worker)
    yield from answer(scene, next_step=False)
    yield from judged(scene)


def _timetable(scene: Scene) -> Story:
    """The milestones and the reports between them, in the order of time."""
    todo: list[tuple[datetime, Promise | None]] = []
    for promise in promised.promises_of(scene.case.subject):
        after = scene.rng.choice((-3, -2, -1, 0, 0, 6, 11))
        todo.append((_on(promise.due_on, scene, after), promise))
    last = max(when for when, _promise in todo)
    report = clock.now() + timedelta(days=REPORT_AFTER - 3)
    while report < last:
        todo.append((scene.diary.office(report), None))
        report += timedelta(days=REPORT_AFTER - 3)
    for when, due in sorted(todo, key=lambda pair: pair[0]):
        yield when
        if due is None:
            text = scene.rng.choice(phrases.REPORTS)
            next_on = clock.today() + timedelta(days=REPORT_AFTER)
            cases.report_progress(scene.case, text=text, next_report_on=next_on, by=scene.worker)
        else:
            _keep(scene, due)


def _on(day: Any, scene: Scene, after: int) -> datetime:
    moment = datetime.combine(day + timedelta(days=after), time(10), SHANGHAI)
    return scene.diary.office(max(moment, clock.now() + timedelta(hours=3)))


def _keep(scene: Scene, promise: Promise) -> None:
    late = clock.today() > promise.due_on
    evidence = phrases.KEPT_LATE if late else scene.rng.choice(phrases.KEPT)
    promises.end_promise(promise, kept=True, evidence=evidence, by=scene.worker)


def next_step(scene: Scene, promise: Promise) -> Story:
    """What a reply promised is done, mostly in time; some residents say whether it was."""
    after = scene.rng.choice((-5, -3, -2, -1, -1, 0, 0, 0, 4))
    yield _on(promise.due_on, scene, after)
    if scene.rng.random() < 0.03:
        promises.end_promise(promise, kept=False, evidence=phrases.BROKEN, by=scene.worker)
        return
    _keep(scene, promise)
    if scene.rng.random() < 0.3:
        yield scene.later(5, 90)
        done = scene.rng.random() < 0.93
        promises.check_promise(promise, done=done, words="", by=scene.resident)


# --- review and recheck --------------------------------------------------------------------------


def to_petition_reply(scene: Scene) -> Story:
    """A petition under the regulations of 2022, answered against the person."""
    yield from to_work(scene, policy="xinfang_2022", urgency="complex")
    yield scene.days(4, 9)
    scene.contact(1, explained=True)
    yield scene.days(0.3, 1)
    scene.submit(verdict="not_support", next_step=False)
    yield scene.soon("approve")
    scene.approve()


def to_review(scene: Scene) -> Story:
    """The person asks the next higher body."""
    yield from to_petition_reply(scene)
    yield scene.later(24 * 2, 24 * 7)
    text = scene.detail.get("asks", phrases.ASK_REVIEW)
    cases.ask_review(scene.case, text=text, by=scene.resident)


def review(scene: Scene) -> Story:
    """Reviewed, and the answer judged."""
    yield from to_review(scene)
    yield scene.days(9, 15)
    decide_review(scene)
    yield from judged(scene)


def decide_review(scene: Scene, changed: bool | None = None) -> None:
    """The first reviewer decides."""
    detail = scene.detail
    cases.decide_review(
        scene.case,
        changed=detail.get("decision") == "changed" if changed is None else changed,
        text=detail.get("words", "核对材料和现场后，维持原处理意见，理由写在后面。"),
        by=scene.town.viewer(scene.town.holders("county", Role.REVIEW_BODY)[0]),
    )


def to_recheck(scene: Scene) -> Story:
    """Reviewed without change; the person asks once more."""
    yield from to_review(scene)
    yield scene.days(9, 13)
    decide_review(scene, changed=False)
    yield scene.later(24 * 2, 24 * 6)
    cases.ask_recheck(scene.case, text=phrases.ASK_RECHECK, by=scene.resident)


def recheck(scene: Scene) -> Story:
    """The last decision, by somebody who has not decided before."""
    yield from to_recheck(scene)
    yield scene.days(12, 17)
    cases.decide_recheck(
        scene.case,
        changed=scene.detail.get("decision") == "changed",
        text=scene.detail.get("words", "维持复查意见；生活上的困难另行帮助。"),
        by=scene.town.viewer(scene.town.holders("county", Role.REVIEW_BODY)[-1]),
    )
