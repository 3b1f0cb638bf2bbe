"""What of a case its person is told of, if they wish it: that there is news, and nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.cases import events, queries
from lianxin.cases.events import conflicts
from lianxin.notices.residents import tell_residents
from lianxin.notices.telling import tells
from lianxin.promises.events import Ended
from lianxin.vault.choices import News

if TYPE_CHECKING:
    from lianxin.journal.models import Entry


def _tell(entries: list[Entry], news: News, *, joined: bool = False) -> None:
    """``joined``: those whose concern was joined to this case hear of it too."""
    ours = [entry.subject for entry in entries if entry.actor != "resident"]
    others = queries.joined_to(ours) if joined and ours else []
    tell_residents(queries.wishing_news([*ours, *others]), news)


@tells(events.InfoAsked, events.MessageWritten, name="cases.person_asked")
def tell_asked(entries: list[Entry]) -> None:
    """A question or a message: nothing goes on until they have answered."""
    _tell(entries, News.ASKED)


@tells(
    events.AnsweredAtOnce,
    events.ReplyApproved,
    events.NotAccepted,
    events.SetAside,
    events.ReferredOut,
    events.HandedOver,
    conflicts.AcceptanceTold,
    conflicts.ResultTold,
    name="cases.person_answered",
)
def tell_answered(entries: list[Entry]) -> None:
    """A reply, or that it goes another way."""
    _tell(entries, News.ANSWERED, joined=True)


@tells(
    events.Dispatched,
    events.ProgressReported,
    events.ReworkOrdered,
    events.Merged,
    events.Split,
    events.Terminated,
    events.ReceiptCame,
    events.Ruled,
    Ended,
    name="cases.person_news",
)
def tell_news(entries: list[Entry]) -> None:
    """Whatever else moves; once a day is often enough."""
    _tell(entries, News.NEWS, joined=True)
