"""What the cases module writes to the journal. Ids point at rows; free words stay there."""

from __future__ import annotations

from typing import ClassVar

from lianxin.cases.events.conflicts import AcceptanceTold as AcceptanceTold
from lianxin.cases.events.conflicts import ConflictLifted as ConflictLifted
from lianxin.cases.events.conflicts import Exposed as Exposed
from lianxin.cases.events.conflicts import HandedBack as HandedBack
from lianxin.cases.events.conflicts import KeptAway as KeptAway
from lianxin.cases.events.conflicts import MovedUp as MovedUp
from lianxin.cases.events.conflicts import ResultTold as ResultTold
from lianxin.cases.events.conflicts import TakenBack as TakenBack
from lianxin.cases.events.conflicts import WordsOpened as WordsOpened
from lianxin.cases.events.conflicts import WordsSealed as WordsSealed
from lianxin.cases.events.outside import HandedOver as HandedOver
from lianxin.cases.events.outside import ReceiptCame as ReceiptCame
from lianxin.cases.events.outside import SetAside as SetAside
from lianxin.journal.events import Event, register


@register
class CaseOpened(Event):
    """A case was opened for a filed concern (T1)."""

    name: ClassVar[str] = "cases.opened"
    concern: int
    policy: str


@register
class Registered(Event):
    """The concern stands in the register and the limits run (T2)."""

    name: ClassVar[str] = "cases.registered"


@register
class AnsweredAtOnce(Event):
    """The desk answered on the spot (T3)."""

    name: ClassVar[str] = "cases.answered_at_once"
    reply: int


@register
class Sorted(Event):
    """Kind, category, urgency and solvability were set by a person (T4)."""

    name: ClassVar[str] = "cases.sorted"
    kind: str
    category: str
    urgency: str
    solvability: str
    lane: str


@register
class ReferredOut(Event):
    """The person was told the right way for this matter (T5, T6)."""

    name: ClassVar[str] = "cases.referred_out"
    refusal: int
    ground: str


@register
class NotAccepted(Event):
    """Not accepted, confirmed by a second person (T7)."""

    name: ClassVar[str] = "cases.not_accepted"
    refusal: int
    ground: str


@register
class Merged(Event):
    """Joined to an open case about the same matter (T8); ``wished``: the person said so."""

    name: ClassVar[str] = "cases.merged"
    parent: int
    wished: bool = False


@register
class GoesAlone(Event):
    """The person said it is the same as another; that one had ended, or this needs its own look."""

    name: ClassVar[str] = "cases.goes_alone"


@register
class Joined(Event):
    """Another concern about the same matter was joined to this case (T8, seen from the parent)."""

    name: ClassVar[str] = "cases.joined"
    child: int
    wished: bool = False


@register
class Split(Event):
    """Taken out of the case it was joined to: it is another matter after all (T8 taken back)."""

    name: ClassVar[str] = "cases.split"
    parent: int
    reason: str


@register
class Left(Event):
    """A concern that was joined to this case was taken out again (seen from the parent)."""

    name: ClassVar[str] = "cases.left"
    child: int


@register
class Sealed(Event):
    """Handed to the discipline receiver; only the receipt stays visible (T9)."""

    name: ClassVar[str] = "cases.sealed"


@register
class Dispatched(Event):
    """Given to a unit by the catalogue or by decision (T10)."""

    name: ClassVar[str] = "cases.dispatched"
    unit: int
    by_catalogue: bool


@register
class Signed(Event):
    """The unit signed for the case (T11)."""

    name: ClassVar[str] = "cases.signed"
    unit: int


@register
class Asked(Event):
    """Somebody applied for something that another person decides."""

    name: ClassVar[str] = "cases.asked"
    application: int
    kind: str


@register
class Ruled(Event):
    """An application was decided."""

    name: ClassVar[str] = "cases.ruled"
    application: int
    kind: str
    decision: str


@register
class HandlerNamed(Event):
    """A handler, and a responsible leader where one is needed, were named."""

    name: ClassVar[str] = "cases.handler_named"
    handler: int | None
    leader: int | None


@register
class HandlingStarted(Event):
    """Work began; the handler declared to have no interest in the matter (T15)."""

    name: ClassVar[str] = "cases.handling_started"
    handler: int


@register
class Contacted(Event):
    """A try to talk with the person (T16)."""

    name: ClassVar[str] = "cases.contacted"
    contact: int
    way: str
    reached: bool


@register
class InfoAsked(Event):
    """The person was asked for a list of things; the clock stands still until a date (T17)."""

    name: ClassVar[str] = "cases.info_asked"
    contact: int
    until: str


@register
class Resumed(Event):
    """The information came, or the date passed, and the clock runs again (T18)."""

    name: ClassVar[str] = "cases.resumed"
    came: bool


@register
class CoUnitCalled(Event):
    """Another unit was called in (T19)."""

    name: ClassVar[str] = "cases.co_unit_called"
    co_unit: int
    unit: int


@register
class CoUnitAnswered(Event):
    """A unit that was called in reported its result."""

    name: ClassVar[str] = "cases.co_unit_answered"
    co_unit: int
    unit: int


@register
class ProgressReported(Event):
    """A deferred case was reported on (T26)."""

    name: ClassVar[str] = "cases.progress_reported"
    report: int


@register
class DeferralEnded(Event):
    """A deferred case was taken up again (T26)."""

    name: ClassVar[str] = "cases.deferral_ended"


@register
class ReplySubmitted(Event):
    """A draft reply waits for approval by another person (T27, T35)."""

    name: ClassVar[str] = "cases.reply_submitted"
    reply: int


@register
class ReplySentBack(Event):
    """The draft was sent back with the reason (T28)."""

    name: ClassVar[str] = "cases.reply_sent_back"
    reply: int


@register
class ReplyApproved(Event):
    """The reply was approved by another person and sent (T29)."""

    name: ClassVar[str] = "cases.reply_approved"
    reply: int
    on_time: bool


@register
class CalledBack(Event):
    """The follow-up caller, who is not of the unit, tried to reach the person (T30)."""

    name: ClassVar[str] = "cases.called_back"
    attempt: int
    reached: bool


@register
class Rated(Event):
    """The resident judged the result (T30, T31). Nobody else can."""

    name: ClassVar[str] = "cases.rated"
    rating: int
    solved: str
    satisfied: bool


@register
class Closed(Event):
    """The case was closed, and how (T31, T33, T34, T39)."""

    name: ClassVar[str] = "cases.closed"
    closing: str


@register
class ReworkOrdered(Event):
    """A supervisor outside the unit had it redone (T32)."""

    name: ClassVar[str] = "cases.rework_ordered"
    ruling: int
    times: int


@register
class LetStand(Event):
    """A supervisor outside the unit let the reply stand, with reasons (T33)."""

    name: ClassVar[str] = "cases.let_stand"
    ruling: int


@register
class Reopened(Event):
    """The same fault came back, or there are new facts (T40)."""

    name: ClassVar[str] = "cases.reopened"
    addition: int


@register
class Withdrawn(Event):
    """The person withdrew the concern of their own free will (T41)."""

    name: ClassVar[str] = "cases.withdrawn"


@register
class Terminated(Event):
    """Handling ended on a ground that was approved outside the unit (T42)."""

    name: ClassVar[str] = "cases.terminated"
    refusal: int


@register
class SentToTriage(Event):
    """The case went back to the desk to be sorted anew (T13, T44)."""

    name: ClassVar[str] = "cases.sent_to_triage"
    because: str


@register
class Archived(Event):
    """All limits have ended and the record is kept (T43)."""

    name: ClassVar[str] = "cases.archived"


@register
class Supervised(Event):
    """A supervisor, or the system for a missed date, stepped in."""

    name: ClassVar[str] = "cases.supervised"
    supervision: int
    kind: str


@register
class SupervisionAnswered(Event):
    """The unit answered a supervision."""

    name: ClassVar[str] = "cases.supervision_answered"
    supervision: int


@register
class MessageWritten(Event):
    """The office or the person wrote in the thread of the case.

    ``said`` is a keyed hash of the words: a change of them shows. ``helped``: a helper whom the
    person had let in wrote it for them.
    """

    name: ClassVar[str] = "cases.message_written"
    message: int
    said: str
    helped: bool = False


@register
class WrittenToAll(Event):
    """A message of the office goes to everybody who was joined too; to how many it was to go."""

    name: ClassVar[str] = "cases.written_to_all"
    message: int
    others: int


@register
class MessagesNoted(Event):
    """One side said that it has read what the other wrote, up to this message."""

    name: ClassVar[str] = "cases.messages_noted"
    message: int
