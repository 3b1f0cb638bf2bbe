"""How an event becomes a sentence: what a teller is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.utils.functional import cached_property

from lianxin.appraisal import queries as appraisal
from lianxin.cases import queries as case_queries
from lianxin.intake import queries as intake_queries
from lianxin.journal.events import Event
from lianxin.people import queries as people
from lianxin.promises import queries as promise_queries
from lianxin.replies import queries as reply_queries
from lianxin.vault import queries as vault_queries

if TYPE_CHECKING:
    from lianxin.access import Viewer
    from lianxin.cases.models import Case

Audience = Literal["staff", "resident"]
Tone = Literal["", "good", "warn", "bad"]


class Known:
    """The rows the events point at, each kind read once and only when an event needs it."""

    def __init__(
        self, case: Case, audience: Audience, events: list[Event], viewer: Viewer | None = None
    ) -> None:
        self.case = case
        self.viewer = viewer
        self.staff = audience == "staff"
        self.events = events

    @cached_property
    def hidden(self) -> set[int]:
        """Which of those that were joined, once or still, the reader must not know of."""
        joined = {pk for event in self.events if (pk := getattr(event, "child", None))}
        return case_queries.hidden_from(self.viewer, joined) if self.viewer else set()

    @cached_property
    def units(self) -> dict[int, str]:
        wanted = {
            pk for event in self.events if isinstance(pk := getattr(event, "unit", None), int)
        }
        return people.unit_names(wanted)

    @cached_property
    def handlers(self) -> dict[int, str]:
        wanted = {
            pk
            for event in self.events
            for name in ("handler", "leader")
            if isinstance(pk := getattr(event, name, None), int)
        }
        return people.user_names(wanted)

    @cached_property
    def conflicts(self) -> dict[int, Any]:
        rows = self.case.conflicts.select_related("unit", "user")
        return {row.pk: row for row in rows}

    @cached_property
    def exposed(self) -> dict[int, str]:
        wanted = {pk for event in self.events for pk in getattr(event, "read", ())}
        return people.user_names(wanted)

    @cached_property
    def work(self) -> case_queries.Work:
        return case_queries.work_of(self.case)

    @cached_property
    def handovers(self) -> dict[int, Any]:
        return {row.pk: row for row in case_queries.handovers_of(self.case)}

    @cached_property
    def replies(self) -> dict[int, Any]:
        return {reply.pk: reply for reply in reply_queries.replies_of(self.case)}

    @cached_property
    def ratings(self) -> dict[int, Any]:
        return {rating.pk: rating for rating in appraisal.ratings_of(self.case)}

    @cached_property
    def rulings(self) -> dict[int, Any]:
        return {ruling.pk: ruling for ruling in appraisal.rulings_of(self.case)}

    @cached_property
    def promises(self) -> dict[int, Any]:
        return {row.pk: row for row in promise_queries.promises_of(self.case.subject)}

    @cached_property
    def from_office(self) -> set[int]:
        return case_queries.from_office(self.case)

    @cached_property
    def additions(self) -> dict[int, str]:
        return intake_queries.additions_of(self.case.concern_id)

    @cached_property
    def letters(self) -> dict[int, Any]:
        return vault_queries.letters_of(self.case.subject)


Told = dict[str, Any]
E = TypeVar("E", bound=Event)
TELLERS: dict[type[Event], Callable[[Known, Any], Told | None]] = {}


def tells(kind: type[E]) -> Callable[[Callable[[Known, E], Told | None]], None]:
    def register(teller: Callable[[Known, E], Told | None]) -> None:
        TELLERS[kind] = teller

    return register


def told(title: str, text: str = "", icon: str = "circle-check", tone: Tone = "") -> Told:
    return {"title": title, "text": text, "icon": icon, "tone": tone}
