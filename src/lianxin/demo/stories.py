"""The ways a concern may go. A story acts up to each ``yield``, which says when it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lianxin.cases import actions as cases
from lianxin.demo import phrases
from lianxin.demo.scene import Scene
from lianxin.people.roles import Role
from lianxin.replies import actions as replies
from lianxin.sorting import queries as sorting

if TYPE_CHECKING:
    from lianxin.cases.models import CoUnit

Story = Iterator[datetime]
SHOWN = "c_hebin"
"""The community whose secretary a newcomer signs in as: what happens there passes her desk."""
HELPED = {"complex": 0.7, "ordinary": 0.18}
BAD = {"result": 1, "speed": 3, "attitude": 4, "solved": "no"}


def to_desk(scene: Scene, **changes: Any) -> Story:
    """Filed, opened, sorted."""
    scene.file()
    yield scene.soon("sort")
    scene.sort(**changes)


def to_unit(scene: Scene, **changes: Any) -> Story:
    """Dispatched and signed for."""
    yield from to_desk(scene, **changes)
    yield scene.soon("dispatch")
    scene.dispatch()
    yield scene.soon("sign")
    scene.sign()


def to_work(scene: Scene, **changes: Any) -> Story:
    """The handler has begun and talked with the person."""
    yield from to_unit(scene, **changes)
    yield scene.soon("start")
    scene.start()
    yield scene.soon("contact")
    scene.contact()


def answer(scene: Scene, **content: Any) -> Story:
    """Work, draft, approval; now and then the leader sends the draft back first."""
    yield scene.soon("work")
    if scene.pace == "ordinary" and len(scene.told.get("contact") or ()) > 1:
        scene.contact(1)
    # Somebody may have withdrawn it meanwhile.
    if scene.pace == "ordinary" and scene.rng.random() < 0.06:
        scene.submit("已处理。", next_step=False, verdict=content.get("verdict", ""))
        yield scene.soon("approve")
        replies.send_back(scene.case, text=phrases.APPROVAL_SHORT, by=scene.leader)
        yield scene.soon("approve")
    scene.submit(**content)
    yield scene.soon("approve")
    scene.approve()


def judged(scene: Scene) -> Story:
    """Called back or not, the resident judges, or never does."""
    rating = scene.told.get("rating")
    if rating is None:
        yield from never_judged(scene)
        return
    if scene.rng.random() < 0.05:
        yield scene.later(1, 20)
        replies.ask_back(scene.case, text=phrases.ASK_BACK, by=scene.resident)
        yield scene.days(0.3, 0.9)
        replies.answer_back(scene.case, text=phrases.ANSWER_BACK, by=scene.worker)
    if scene.told["identity"] != "anonymous" and scene.rng.random() < 0.55:
        yield scene.days(0.4, 1.8)
        scene.call_back(reached=True)
        yield scene.later(0.1, 6)
    else:
        yield scene.later(2, 60)
    scene.rate(rating)
    if rating["result"] <= 2 or rating["solved"] == "no":
        yield scene.days(0.5, 1.6)
        stands(scene)


def stands(scene: Scene) -> None:
    """A supervisor lets a reply stand."""
    from lianxin.appraisal import actions as appraisal

    appraisal.let_stand(scene.case, text=phrases.LET_STAND, by=scene.supervisor)


def never_judged(scene: Scene) -> Story:
    """Three calls on different days that nobody takes; the chore closes it, never as satisfied."""
    if scene.told["identity"] == "anonymous":
        return
    for low, high in ((0.4, 1.0), (0.3, 0.6), (0.9, 1.2)):
        yield scene.days(low, high)
        scene.call_back(reached=False)


def solved(scene: Scene) -> Story:
    """The usual way."""
    yield from to_work(scene)
    local = scene.town.community_of(scene.told["area"])
    if local == SHOWN or scene.rng.random() < HELPED.get(scene.told["urgency"], 0):
        yield from helped(scene)
    rating = scene.told.get("rating") or {}
    partly = scene.told["outcome"] == "solved_basically" and rating.get("solved") == "partly"
    yield from answer(scene, verdict="partly" if partly and scene.rng.random() < 0.5 else "")
    yield from judged(scene)


def helped(scene: Scene) -> Story:
    """The leader calls in another unit, often the community on the spot, which answers."""
    codes = scene.town.helpers.get((scene.told["category"], scene.unit), [])
    local = scene.town.community_of(scene.told["area"])
    if local and (local == SHOWN or not codes or scene.rng.random() < 0.5):
        codes = [local]
    if not codes or codes[0] == scene.unit:
        return
    yield scene.soon("start")
    asked = whistle(scene, codes[0])
    yield scene.days(0.2, 0.8)
    helper = scene.who(Role.HANDLER, codes[0], Role.COMMUNITY_SECRETARY)
    cases.answer_whistle(asked, result=scene.rng.choice(phrases.WHISTLE_ANSWER), by=helper)


def whistle(scene: Scene, unit: str) -> CoUnit:
    """The leader calls a unit in."""
    pk = scene.town.units[unit].pk
    return cases.whistle(scene.case, unit_id=pk, task=phrases.WHISTLE, by=scene.leader)


def late(scene: Scene) -> Story:
    """The reply comes days after its limit; supervision has been raised meanwhile."""
    yield from to_work(scene)
    whole = 15 if scene.told["urgency"] == "complex" else 5
    yield scene.days(whole - 1.5, whole - 0.5)
    if scene.rng.random() < 0.5:
        cases.supervise(scene.case, kind="urge", text=phrases.URGE, by=scene.supervisor)
    yield scene.days(2.5, 4)
    scene.submit()
    yield scene.soon("approve")
    scene.approve()
    yield from judged(scene)


def answered_on_spot(scene: Scene) -> Story:
    """An enquiry the desk answers at once."""
    scene.file()
    yield scene.soon("dispatch")
    told = scene.told
    text = told["finding"]
    if told.get("next_step"):
        text += phrases.NUMBERED_NEXT.format(told["next_step"])
    by = scene.who(Role.INTAKE_CLERK, "hotline")
    replies.answer_at_once(scene.case, summary=text, basis=told["basis"], by=by)
    if told.get("rating"):
        yield scene.later(0.2, 30)
        scene.rate(told["rating"])


def referred_out(scene: Scene) -> Story:
    """Told another way, in words; now and then the person objects."""
    yield from to_desk(scene)
    yield scene.soon("dispatch")
    text = _whole(scene)
    cases.refer_out(scene.case, ground=scene.told["ground"], text=text, by=scene.dispatcher)
    if scene.rng.random() < 0.25:
        yield scene.later(5, 40)
        cases.object_to(scene.case, text=phrases.OBJECTION, by=scene.resident)
        yield scene.days(0.6, 2)
        cases.rule_on_objection(
            scene.case, grant=False, text=phrases.OBJECTION_STANDS, by=scene.supervisor
        )


def _whole(scene: Scene) -> str:
    parts = (scene.told.get(name, "") for name in ("finding", "next_step", "remedy"))
    return "\n".join(part for part in parts if part)


def not_accepted(scene: Scene) -> Story:
    """One proposes, another confirms."""
    yield from to_desk(scene)
    yield scene.soon("dispatch")
    ground = scene.told["ground"]
    cases.ask_refusal(scene.case, ground=ground, text=_whole(scene), by=scene.dispatcher)
    yield scene.soon("sort")
    cases.rule_on_refusal(scene.case, grant=True, text=phrases.REFUSAL_OK, by=scene.supervisor)


def set_aside(scene: Scene) -> Story:
    """Two people look at what is no concern."""
    yield from to_desk(scene)
    yield scene.soon("dispatch")
    cases.ask_aside(
        scene.case, ground=scene.told["ground"], text=phrases.ASIDE, by=scene.dispatcher
    )
    yield scene.soon("sort")
    cases.rule_on_aside(scene.case, grant=True, text=phrases.ASIDE_OK, by=scene.supervisor)


def sealed(scene: Scene) -> Story:
    """An accusation goes to the discipline receiver unread by others."""
    yield from to_desk(scene)
    yield scene.soon("dispatch")
    cases.seal_case(scene.case, by=scene.dispatcher)
    yield scene.days(4, 9)
    receiver = scene.who(Role.DISCIPLINE_RECEIVER, "county")
    cases.tell_accepted(scene.case, accepted=True, text=phrases.TAKEN_UP, by=receiver)


def merged(parent: Scene, otherwise: Callable[[Scene], Story]) -> Callable[[Scene], Story]:
    """Joined to the parent while that is open; otherwise its own way."""

    def story(scene: Scene) -> Story:
        yield from to_desk(scene)
        yield scene.soon("dispatch")
        if parent.concern_id and cases_open(parent):
            cases.merge_case(scene.case, parent=parent.case, by=scene.dispatcher)
            return
        rest = otherwise(scene)
        yield from rest

    return story


def cases_open(scene: Scene) -> bool:
    """Whether the case of a scene can take others in."""
    from lianxin.cases import queries

    return queries.is_open(scene.case)


def after_desk(scene: Scene) -> Story:
    """From a sorted case on, by the usual way."""
    scene.dispatch()
    yield scene.soon("sign")
    scene.sign()
    yield scene.soon("start")
    scene.start()
    yield scene.soon("contact")
    scene.contact()
    yield from answer(scene)
    yield from judged(scene)


def explained(scene: Scene) -> Story:
    """Cannot be met; somebody explains it face to face before the reply."""
    yield from to_work(scene)
    yield scene.days(0.4, 1.2)
    scene.contact(1, explained=True)
    yield from answer(scene, verdict="explain")
    yield from judged(scene)


def rework(scene: Scene) -> Story:
    """A first reply that satisfies nobody, a ruling, a second one."""
    yield from to_unsatisfied(scene)
    yield scene.days(0.5, 1.5)
    order(scene)
    yield scene.days(0.3, 0.9)
    scene.contact(1)
    yield from answer(scene)
    yield from judged(scene)


def to_unsatisfied(scene: Scene) -> Story:
    """Replied to, and the resident says it is not solved."""
    detail = scene.detail
    yield from to_work(scene)
    yield from answer(scene, text=detail.get("first_reply", "已转有关人员处理，请耐心等待。"))
    yield scene.later(3, 30)
    words = detail.get("words") or scene.rng.choice(phrases.DISSATISFIED)
    scene.rate(BAD | {"words": words})


def order(scene: Scene) -> None:
    """A supervisor has it redone."""
    from lianxin.appraisal import actions as appraisal

    reason = scene.detail.get("reason", "not_done")
    appraisal.order_rework(scene.case, text=phrases.REWORK, reason=reason, by=scene.supervisor)


def reopened(scene: Scene) -> Story:
    """Solved, closed, and back again within the window."""
    yield from to_work(scene)
    yield from answer(scene, text=scene.detail["first_reply"])
    yield scene.later(4, 30)
    scene.rate({"result": 5, "speed": 4, "attitude": 5, "solved": "yes"})
    yield scene.later(24 * 20, 24 * 30)
    cases.reopen(scene.case, text=scene.detail["words"], by=scene.resident)
    yield scene.days(0.3, 0.9)
    scene.contact(1)
    yield from answer(scene)
    yield from judged(scene)


def withdrawn(scene: Scene) -> Story:
    """Taken back; somebody outside the unit asks whether it is free will."""
    yield from to_work(scene)
    yield scene.later(3, 20)
    text = phrases.WITHDRAWAL.get(scene.detail.get("reason", ""), phrases.WITHDRAW)
    cases.withdraw(scene.case, text=text, by=scene.resident)
    yield scene.days(0.3, 0.9)
    caller = scene.who(Role.FOLLOW_UP_CALLER, "hotline")
    text = (scene.told.get("contact") or [phrases.FREE_WILL])[-1]
    cases.rule_on_withdrawal(scene.case, grant=True, text=text, by=caller)


def withdrawn_early(scene: Scene) -> Story:
    """Taken back before any unit had it."""
    scene.file()
    yield scene.later(0.1, 0.3)
    cases.withdraw(scene.case, text=phrases.WITHDRAW, by=scene.resident)


def terminated(scene: Scene) -> Story:
    """The handling ends on a ground that somebody outside the unit approves."""
    yield from to_work(scene)
    yield scene.days(1, 2.5)
    cases.ask_termination(
        scene.case, ground=scene.detail["ground"], text=_whole(scene), by=scene.leader
    )
    yield scene.days(0.3, 0.9)
    cases.rule_on_termination(
        scene.case, grant=True, text=phrases.TERMINATION_OK, by=scene.supervisor
    )


def waiting_text(scene: Scene) -> str:
    """What the person is asked for, as one list."""
    codes = scene.detail.get("waiting", ["photo", "time"])
    wanted = "；".join(phrases.WAITING[code] for code in codes)
    labels = dict(sorting.reasons("waiting_for"))
    assert all(code in labels for code in codes)
    return f"请补充：{wanted}。可以在查询页面直接写，也可以打电话告诉经办人。"
