"""Everything the page of one concern shows to whoever holds its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from lianxin.access import Viewer
from lianxin.appraisal import queries as appraisal
from lianxin.cases import queries as case_queries
from lianxin.cases.states import REFUSED, State
from lianxin.deadlines import queries as deadlines
from lianxin.intake import proofs
from lianxin.intake import queries as intake
from lianxin.intake.choices import Identity
from lianxin.kernel import words
from lianxin.pages import story
from lianxin.pages.handed import handed_over, what_next
from lianxin.promises import queries as promises
from lianxin.replies import queries as replies
from lianxin.vault import queries as vault
from lianxin.vault.choices import HIDDEN

if TYPE_CHECKING:
    from lianxin.appraisal.models import Rating
    from lianxin.cases.models import Case, Deferral
    from lianxin.deadlines.models import Clock
    from lianxin.intake.models import Attachment, Concern, Helper
    from lianxin.promises.models import Promise
    from lianxin.replies.models import Reply


@dataclass
class Tracked:
    """One concern and, once the worker has opened it, its case.

    ``answering`` is the case whose replies count for this person: their own, or the one theirs
    was joined to.
    """

    concern: Concern
    case: Case | None
    answering: Case | None
    viewer: Viewer
    clocks: Sequence[Clock] = ()
    waiting: dict[str, Any] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    mine: Rating | None = None
    thread: case_queries.Thread = field(default_factory=case_queries.Thread)
    helper: Helper | None = None
    """Who looks is not the person but somebody they have let in."""

    @property
    def title(self) -> str:
        """The concern in one line of its own words, if they are not sealed."""
        own = self.concern.title or words.first_line(self.concern.words, 40)
        return own or str(_("Handed over sealed"))

    @cached_property
    def sealed(self) -> list[str]:
        """Names of the contact fields that lie sealed in the vault."""
        return vault.every_field(self.concern.uuid)

    @property
    def reachable(self) -> bool:
        """Whether a name and number were left, and are still there."""
        left = set(self.sealed) - HIDDEN
        return self.concern.identity != Identity.ANONYMOUS and bool(left)

    @property
    def joined(self) -> bool:
        """Whether it was joined to somebody else's."""
        return self.case is not None and self.answering is not self.case

    @cached_property
    def proof(self) -> str:
        """The proof of filing, as the receipt carries it."""
        return str(proofs.proof_for(self.concern) or "")

    @cached_property
    def helpers(self) -> list[intake.LetIn]:
        """Who is let in now, or may come in."""
        return [] if self.helper else intake.helpers_of(self.concern)

    @cached_property
    def attachments(self) -> list[Attachment]:
        """All files of the concern."""
        return intake.attachments_of(self.concern.pk)

    @property
    def own_files(self) -> list[Attachment]:
        """The person's own files."""
        return [row for row in self.attachments if not row.of_result and not row.authority]

    @property
    def result_files(self) -> list[Attachment]:
        """Pictures and files of what was done."""
        return [row for row in self.attachments if row.of_result]

    @cached_property
    def story(self) -> list[story.Line]:
        """What happened, the newest first."""
        return story.lines(self.case, audience="resident")[::-1] if self.case else []

    @cached_property
    def work(self) -> case_queries.Work | None:
        """The rows of the case."""
        return case_queries.work_of(self.case) if self.case else None

    @cached_property
    def handed(self) -> list[str]:
        """What was handed over to which outside bodies, and what comes next; empty: it was not."""
        if self.answering is None or self.answering.state != State.REFERRED_OUT:
            return []
        return [
            text
            for row in case_queries.handed_now(self.answering)
            for text in (handed_over(row, theirs=not self.joined), what_next(row))
        ]

    @property
    def refusal(self) -> str:
        """Why it goes another way, in the words meant for the person."""
        if self.answering is None or self.answering.state not in REFUSED:
            return ""
        work = case_queries.work_of(self.answering) if self.joined else self.work
        return list(work.refusals.values())[-1] if work and work.refusals else ""

    @property
    def deferral(self) -> Deferral | None:
        """The timetable of a case that is deferred now."""
        if self.case is None or self.work is None or self.case.state != State.DEFERRED:
            return None
        rows = [getattr(row, "deferral", None) for row in self.work.applications.values()]
        return next((row for row in reversed(rows) if row), None)

    @cached_property
    def numbered(self) -> dict[int, Promise]:
        """What was promised to this person, by its number in the case."""
        return promises.numbered(self.case.subject) if self.case else {}

    @cached_property
    def promises(self) -> list[tuple[int, Promise]]:
        """The same by date."""
        return sorted(self.numbered.items(), key=lambda pair: (pair[1].due_on, pair[0]))

    @property
    def others(self) -> int:
        """How many others raised the same matter."""
        return case_queries.people_counted(self.answering) - 1 if self.answering else 0

    def promise(self, number: str) -> Promise | None:
        """A promise of this case that ended and has not been judged, by its number."""
        return next((row for n, row in self.to_check if str(n) == number), None)

    @property
    def to_check(self) -> list[tuple[int, Promise]]:
        """The promises the person can say a word on."""
        return [(n, row) for n, row in self.promises if row.ended_at and not row.resident_check]


def tracked(concern: Concern, *, helper: Helper | None = None, before: int = 0) -> Tracked:
    """Gather what there is about a concern; a constant number of queries.

    ``before``: the messages earlier than this one.
    """
    viewer = intake.resident_of(concern)
    case = case_queries.case_of_concern(concern.pk)
    if case is None:
        return Tracked(concern, None, None, viewer, helper=helper)
    answering = case_queries.case_by_id(case.parent_id) if case.parent_id else case
    sent = replies.sent_to_resident(answering)
    if answering is not case and intake.join_wishes([concern.pk]):
        # What was written to the others before anybody looked at this one is not for this person.
        sent = [reply for reply in sent if reply.decided_at and reply.decided_at > concern.filed_at]
    return Tracked(
        concern,
        case,
        answering,
        viewer,
        clocks=deadlines.running(answering.subject),
        waiting=case_queries.waiting(case),
        replies=sent[::-1],
        mine=appraisal.my_rating(answering, concern.pk),
        thread=case_queries.thread_of(case, viewer=viewer, before=before),
        helper=helper,
    )
