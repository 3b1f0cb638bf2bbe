"""Short ways through the life of a case for tests, always through the actions users take."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from lianxin.access import ANONYMOUS, SYSTEM, Viewer
from lianxin.appraisal import actions as appraisal
from lianxin.cases import actions as cases
from lianxin.cases import queries
from lianxin.cases.models import Case
from lianxin.intake import actions as intake
from lianxin.intake.queries import resident_of
from lianxin.journal import outbox
from lianxin.replies import actions as replies
from lianxin.replies.actions import Draft
from lianxin.sorting import actions as sorting
from tests.cast import Cast

WORDS = "东关大街中段的路灯坏了三天，晚上老人出门摔了一跤。"


def load_sorting() -> None:
    """The tree, grounds and reasons of the product."""
    sorting.load_defaults(by=SYSTEM)


@dataclass
class Walk:
    """One case and the people around it; each step returns the case as it is now."""

    cast: Cast
    number: str
    code: str

    @property
    def case(self) -> Case:
        return queries.with_relations(Case.objects.filter(concern__number=self.number)).get()

    @property
    def resident(self) -> Viewer:
        return resident_of(self.case.concern)

    def viewer(self, name: str) -> Viewer:
        return self.cast.viewer(getattr(self.cast, name))

    def sort(self, **changes: Any) -> Case:
        wanted: dict[str, Any] = {
            "kind": "complaint",
            "category": "roads.lights",
            "urgency": "ordinary",
            "solvability": "steps",
            "points": ["把路灯修好"],
        }
        cases.sort_case(
            self.case, cases.Sorting(**(wanted | changes)), by=self.viewer("dispatcher")
        )
        return self.case

    def dispatch(self) -> Case:
        cases.dispatch_case(
            self.case,
            unit_id=self.cast.housing.pk,
            reason="路灯归住建局管",
            by=self.viewer("dispatcher"),
        )
        return self.case

    def sign(self) -> Case:
        cases.sign_case(self.case, by=self.viewer("liaison"))
        cases.name_handler(self.case, handler_id=self.cast.handler.pk, by=self.viewer("liaison"))
        return self.case

    def start(self) -> Case:
        cases.start_handling(self.case, no_interest=True, by=self.viewer("handler"))
        return self.case

    def contact(self) -> Case:
        new = cases.NewContact(way="phone", reached=True, text="约好明天到现场看。")
        cases.log_contact(self.case, new, by=self.viewer("handler"))
        return self.case

    def draft(self, **changes: Any) -> Draft:
        points = {point.pk: "当晚换了三盏灯，现在都亮了。" for point in self.case.points.all()}
        wanted: dict[str, Any] = {
            "verdict": "support",
            "summary": "坏了的三盏路灯已经换好。",
            "findings": points,
            "basis": "《城市照明管理规定》第二十条",
        }
        return Draft(**(wanted | changes))

    def submit(self, **changes: Any) -> Case:
        replies.submit_reply(self.case, self.draft(**changes), by=self.viewer("handler"))
        return self.case

    def approve(self) -> Case:
        replies.approve_reply(self.case, by=self.viewer("leader"))
        return self.case

    def rate(self, result: int = 3, solved: str = "yes") -> Case:
        rating = appraisal.NewRating(result=result, speed=result, attitude=3, solved=solved)
        appraisal.rate(self.case, rating, by=self.resident)
        return self.case

    def until(self, state: str) -> Case:
        """Take the usual way up to a state."""
        steps = (
            self.sort, self.dispatch, self.sign, self.start, self.contact, self.submit,
            self.approve, self.rate,
        )  # fmt: skip
        for step in steps:
            if self.case.state == state:
                return self.case
            step()
        if self.case.state != state:
            raise AssertionError(f"the usual way does not pass {state}")
        return self.case


def begin(cast: Cast, *, words: str = WORDS, **changes: Any) -> Walk:
    """A concern filed on the web, and its case opened by the worker."""
    wanted: dict[str, Any] = {
        "key": str(uuid.uuid4()),
        "words": words,
        "wish": "这周修好",
        "place": "东关大街中段",
        "area_id": cast.east_area.pk,
        "identity": "anonymous",
    }
    receipt = intake.file_concern(intake.NewConcern(**(wanted | changes)), by=ANONYMOUS)
    outbox.drain()
    return Walk(cast, receipt.concern.number, receipt.code or "")
