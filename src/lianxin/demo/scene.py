"""One concern of the town on its way: each method is one act of one person, at the set moment."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lianxin.access import ANONYMOUS, Viewer
from lianxin.appraisal import actions as appraisal
from lianxin.cases import actions as cases
from lianxin.cases import queries
from lianxin.demo import phrases, pictures
from lianxin.demo.diary import Diary
from lianxin.demo.town import Town
from lianxin.files import FORMATS, Clean
from lianxin.intake import actions as intake
from lianxin.intake.queries import resident_of
from lianxin.kernel import clock
from lianxin.people.roles import Role
from lianxin.promises import queries as promised
from lianxin.promises.choices import PromiseKind
from lianxin.replies import actions as replies
from lianxin.replies.actions import Draft

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.promises.models import Promise

CHANNELS = {"counter": "walk_in", "box": "suggestion_box"}
GAPS: dict[str, dict[str, tuple[float, float]]] = {
    # Minutes between one act and the next, by how urgent the matter is.
    "sort": {"critical": (3, 7), "utility": (8, 30), "ordinary": (20, 140)},
    "dispatch": {"critical": (1, 4), "utility": (4, 15), "ordinary": (5, 40)},
    "sign": {"critical": (3, 9), "utility": (10, 50), "ordinary": (25, 190)},
    "start": {"critical": (2, 6), "utility": (10, 30), "ordinary": (15, 100)},
    "contact": {"critical": (4, 12), "utility": (10, 40), "ordinary": (15, 90)},
    "work": {"critical": (25, 45), "utility": (120, 420), "ordinary": (240, 820)},
    "approve": {"critical": (3, 9), "utility": (15, 70), "ordinary": (40, 220)},
}
SCORES = {5: 3, 4: 3, 3: 2, 2: 1, 1: 1}
"""The data scores from 1 to 5; the form has three levels."""


@dataclass
class Scene:
    """The people, the words and the state of one concern."""

    town: Town
    told: Mapping[str, Any]
    rng: Random
    diary: Diary
    concern_id: int = 0
    code: str = ""
    photo: bool = False
    pace: str = "ordinary"
    handler: str = ""
    promised: Callable[[Scene, Promise], None] | None = None
    """Told of each next step that a reply promises."""
    said: Callable[[], None] | None = None
    """Told when a resident has said something that the worker must take up."""
    _case: Case | None = None

    # --- moments -----------------------------------------------------------------------------
    def soon(self, gap: str) -> datetime:
        """When the next act of this sort happens, in office hours unless it is urgent."""
        low, high = GAPS[gap][self.pace]
        minutes = self.rng.uniform(low, high)
        if self.pace != "ordinary":
            return clock.now() + timedelta(minutes=minutes)
        if gap == "work":
            quick = self.told["urgency"] == "enquiry"
            return self.days(minutes / (1000 if quick else 480))
        return self.diary.office(clock.now() + timedelta(minutes=minutes))

    def days(self, low: float, high: float | None = None) -> datetime:
        """So many working days on, in office hours."""
        days = low if high is None else self.rng.uniform(low, high)
        return self.diary.working_days(clock.now(), days)

    def later(self, low: float, high: float) -> datetime:
        """So many hours on, when residents are awake."""
        hours = self.rng.uniform(low, high)
        return self.diary.awake(clock.now() + timedelta(hours=hours))

    # --- who ---------------------------------------------------------------------------------
    @property
    def case(self) -> Case:
        """The case as it is now. Its relations are joined once, its own columns read anew."""
        if self._case is None:
            self._case = queries.case_of_concern(self.concern_id)
            assert self._case is not None
        else:
            fresh = type(self._case)._default_manager.filter(pk=self._case.pk).values().get()
            for name, value in fresh.items():
                setattr(self._case, name, value)
        return self._case

    @property
    def resident(self) -> Viewer:
        """Whoever holds the code."""
        return resident_of(self.case.concern)

    @property
    def detail(self) -> Mapping[str, Any]:
        """What the story of this concern needs besides."""
        found: Mapping[str, Any] = self.told.get("detail") or {}
        return found

    def who(self, role: str, unit: str | None = None, *others: str) -> Viewer:
        """Somebody who holds the role at the unit (default: the one that leads) or above it."""
        names = self.town.holders(unit or self.unit, role, *others)
        return self.town.viewer(self.rng.choice(names))

    @property
    def unit(self) -> str:
        """The code of the unit that ought to handle it."""
        unit: str = self.told["unit"]
        return unit

    @property
    def dispatcher(self) -> Viewer:
        return self.who(Role.DISPATCHER, "hotline")

    @property
    def supervisor(self) -> Viewer:
        return self.who(Role.SUPERVISOR, "county")

    @property
    def leader(self) -> Viewer:
        return self.who(Role.UNIT_LEADER)

    @property
    def worker(self) -> Viewer:
        """The handler named for the case."""
        return self.town.viewer(self.handler)

    # --- the desk ----------------------------------------------------------------------------
    def file(self) -> None:
        """The concern comes in by its door."""
        told = self.told
        channel = CHANNELS.get(told["channel"], told["channel"])
        clerk = ANONYMOUS if channel == "web" else self.who(Role.INTAKE_CLERK, "hotline")
        lat, lon = self.town.pins[told["area"]]
        contact = {}
        if told["identity"] != "anonymous":
            # 0000 to 9999 behind 1390000: a block kept for examples throughout the demo.
            phone = f"1390000{self.rng.randint(0, 9999):04d}"
            contact = {"name": self.rng.choice(self.town.residents), "phone": phone}
        receipt = intake.file_concern(
            intake.NewConcern(
                key=f"demo:{told['key']}",
                words=told["words"],
                channel=channel,
                title=told.get("title", ""),
                wish=told["wish"],
                place=told["place"],
                area_id=self.town.areas[told["area"]].pk,
                latitude=Decimal(f"{lat + self.rng.uniform(-0.0008, 0.0008):.6f}"),
                longitude=Decimal(f"{lon + self.rng.uniform(-0.0008, 0.0008):.6f}"),
                about_official=told["kind"] == "complaint_official",
                identity=told["identity"],
                reply_mode={"call": "phone", "letter": "letter"}.get(channel, "online"),
                registered_by_id=clerk.user_id,
                contact=contact,
                attachments=self._photos() if self.photo else (),
            ),
            by=clerk,
        )
        self.concern_id, self.code = receipt.concern.pk, receipt.code or ""
        if self.said is not None:
            self.said()

    def _photos(self) -> tuple[UUID, ...]:
        subject = pictures.subject_of(self.told["category"])
        content = pictures.draw(subject, self.rng)
        wide, high = pictures.SIZE
        copy = Clean(io.BytesIO(content), FORMATS["jpg"], len(content), wide, high)
        return (intake.store_file(copy).uuid,)

    def sort(self, **changes: Any) -> None:
        """The dispatcher decides what sort of concern it is."""
        told = self.told
        sealed = told["outcome"] == "sealed"
        kind = "complaint" if told["kind"] == "report" and not sealed else told["kind"]
        enquiry = told["urgency"] == "enquiry"
        urgent = told["urgency"] == "critical"
        wanted: dict[str, Any] = {
            "kind": "enquiry" if enquiry else kind,
            "category": told["category"],
            "urgency": "ordinary" if enquiry else told["urgency"],
            "solvability": self._solvability(),
            "points": [told["wish"]],
            "pressing": urgent,
            "priority_reason": "有人身安全的危险。" if urgent else "",
        }
        cases.sort_case(self.case, cases.Sorting(**(wanted | changes)), by=self.dispatcher)

    def _solvability(self) -> str:
        if self.told["outcome"] in ("explained", "review", "recheck"):
            return "not"
        outcome = self.told["outcome"]
        # What is settled quickly went the fast way; what still stands open mostly could not.
        steps = outcome in ("deferred", "extension") or outcome.startswith("open_")
        return "steps" if steps or self.told["urgency"] == "complex" else "now"

    def dispatch(self, unit: str | None = None) -> None:
        """To the unit that ought to have it, or first to another one."""
        code = unit or self.unit
        leader = self.town.holders(code, Role.UNIT_LEADER)[0]
        cases.dispatch_case(
            self.case,
            unit_id=self.town.units[code].pk,
            leader_id=self.town.people[leader].pk,
            reason=phrases.DISPATCH if unit is None else phrases.NOT_BY_CATALOGUE,
            by=self.dispatcher,
        )

    # --- the unit ----------------------------------------------------------------------------
    def sign(self) -> None:
        """The unit signs and names a handler."""
        liaison = self.who(Role.UNIT_LIAISON, None, Role.COMMUNITY_SECRETARY)
        cases.sign_case(self.case, by=liaison)
        self.name(liaison)

    def name(self, liaison: Viewer) -> None:
        """The unit names who works on it."""
        self.handler = self.rng.choice(
            self.town.holders(self.unit, Role.HANDLER, Role.COMMUNITY_SECRETARY)
        )
        cases.name_handler(self.case, handler_id=self.town.people[self.handler].pk, by=liaison)

    def start(self) -> None:
        """The handler begins."""
        cases.start_handling(self.case, no_interest=True, by=self.worker)

    def contact(self, number: int = 0, *, explained: bool = False) -> None:
        """Talk with the person; without a number somebody goes to see the place."""
        said: list[str] = self.told.get("contact") or []
        plain = self.rng.choice(phrases.FIRST_CONTACT)
        text = said[number] if number < len(said) else phrases.EXPLAINED if explained else plain
        anonymous = self.told["identity"] == "anonymous"
        way = "on_site" if anonymous else self.rng.choice(("phone", "phone", "in_person"))
        new = cases.NewContact(
            way=way, reached=not anonymous, text=text, explained=explained, understood=explained
        )
        cases.log_contact(self.case, new, by=self.worker)

    def submit(
        self, text: str = "", *, verdict: str = "", next_step: bool = True, short: bool = False
    ) -> None:
        """The handler's draft goes to the leader."""
        told = self.told
        case = self.case
        finding = text or told.get("finding") or phrases.ON_SITE
        again = bool(case.replies.filter(status="approved").count())
        step = told.get("next_step", "") if next_step and not text else ""
        draft = Draft(
            verdict=verdict or ("answered" if told["urgency"] == "enquiry" else "support"),
            summary=finding if short else _first(finding),
            findings={point.pk: finding for point in case.points.all()},
            basis=told.get("basis") or "县直单位职责清单",
            history=phrases.HISTORY if again else "",
            next_step=step,
            next_step_due=(
                (clock.now() + timedelta(days=self.rng.randint(7, 30)))
                .astimezone(clock.SHANGHAI).date() if step else None
            ),
            remedy=told.get("remedy") or "不同意的，30天内可以在这里说，由督查室重新看。",
            claims_solved=verdict in ("", "support"),
        )  # fmt: skip
        replies.submit_reply(case, draft, by=self.worker)

    def approve(self) -> None:
        """Another person approves; the reply goes out."""
        case = self.case
        replies.approve_reply(case, by=self.leader)
        for promise in promised.open_promises([case.subject]):
            if promise.kind == PromiseKind.NEXT_STEP and self.promised is not None:
                self.promised(self, promise)

    # --- afterwards --------------------------------------------------------------------------
    def rate(self, rating: Mapping[str, Any]) -> None:
        """The resident judges the newest reply."""
        result = SCORES[rating["result"]]
        solved = rating["solved"]
        reasons = [] if result == 3 else ["half_solved" if solved == "partly" else "not_solved"]
        appraisal.rate(
            self.case,
            appraisal.NewRating(
                result=result,
                speed=SCORES[rating["speed"]],
                attitude=SCORES[rating["attitude"]],
                solved=solved,
                reasons=reasons,
                words=rating.get("words", ""),
            ),
            by=self.resident,
        )

    def add_words(self, words: str) -> None:
        """The resident adds something."""
        intake.add_words(self.case.concern, words=words, by=self.resident)
        if self.said is not None:
            self.said()

    def call_back(self, *, reached: bool) -> None:
        """Somebody from outside the unit tries to reach the person."""
        note = phrases.CALL_REACHED if reached else phrases.CALL_MISSED
        caller = self.who(Role.FOLLOW_UP_CALLER, "hotline")
        appraisal.call_back(self.case, way="phone", reached=reached, note=note, by=caller)


def _first(text: str) -> str:
    """The first sentence, which says the most."""
    head, stop, _rest = text.partition("。")
    return head + stop
