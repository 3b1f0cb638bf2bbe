"""Telling programs that something moved: who may hear of what, when it happens and when it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.cases import events
from lianxin.cases import queries as cases
from lianxin.intake.channels.api import hooks
from lianxin.intake.channels.api import queries as programs
from lianxin.intake.channels.api.choices import Scope
from lianxin.journal.outbox import handles
from lianxin.journal.periodic import every
from lianxin.people import queries as people

if TYPE_CHECKING:
    from lianxin.access import Viewer
    from lianxin.intake.models import ApiDelivery, ApiHook
    from lianxin.journal.models import Entry

NEWS = "concern.news"
"""What whoever filed something hears, whatever it is; which, the person sees with the code."""
FOR_SENDERS = (
    events.InfoAsked, events.MessageWritten, events.AnsweredAtOnce, events.ReplyApproved,
    events.NotAccepted, events.ReferredOut, events.Dispatched, events.ProgressReported,
    events.ReworkOrdered, events.Merged, events.Split, events.Terminated, events.Ruled,
)  # fmt: skip
"""Of these the person is told too: `cases.resident_news`."""
FOR_THE_DESK = (
    *FOR_SENDERS, events.Registered, events.Sorted, events.Signed, events.HandlerNamed,
    events.HandlingStarted, events.Asked, events.ReplySubmitted, events.ReplySentBack,
    events.Rated, events.Closed, events.Reopened, events.Withdrawn, events.Supervised,
    events.SentToTriage,
)  # fmt: skip
SENT = {event.name for event in FOR_SENDERS}


@handles(*FOR_THE_DESK, name="api.hooks")
def owe(entries: list[Entry]) -> None:
    """Owe each program what it may hear of; three questions for all that file, two a desk."""
    every_hook = hooks.live_hooks()
    if not every_hook:
        return
    of = {entry.seq: _case_id(entry) for entry in entries}
    found = cases.told_to_senders(pk__in=set(of.values()))
    senders = programs.senders(concern for _number, concern in found.values())
    for hook in every_hook:
        if reads_desk(hook):
            viewer = people.viewer_of(hook.client.user_id) if hook.client.user_id else None
            seen = (
                cases.cases_in_sight(viewer, [entry.subject for entry in entries]) if viewer else {}
            )
            told = [
                (entry.seq, entry.event, seen[entry.subject].concern.number, entry.at)
                for entry in entries
                if entry.subject in seen
            ]
        else:
            told = [
                (entry.seq, NEWS, found[pk][0], entry.at)
                for entry in entries
                if entry.event in SENT
                and entry.actor != "resident"
                and (pk := of[entry.seq]) in found
                and senders.get(found[pk][1]) == hook.client_id
            ]
        hooks.owe(hook, told)


@every(seconds=20, name="api.hooks", at_most=1_800)
def deliver() -> None:
    """Send what is owed."""
    hooks.deliver(may_hear)


@every(seconds=86_400, name="api.forget_hooks")
def forget() -> None:
    """Forget what was told long ago."""
    hooks.forget()


def may_hear(row: ApiDelivery) -> bool:
    """Whether the program may hear of this case now, whatever it was when it happened."""
    client = row.hook.client
    if not reads_desk(row.hook):
        found = cases.told_to_senders(concern__number=row.number).values()
        senders = programs.senders(concern for _number, concern in found)
        return list(senders.values()) == [client.pk]
    viewer: Viewer | None = people.viewer_of(client.user_id) if client.user_id else None
    return viewer is not None and cases.case_numbered(viewer, row.number) is not None


def reads_desk(hook: ApiHook) -> bool:
    """Whether the program is one of the desk."""
    return Scope.DESK_READ in hook.client.scopes.split()


def _case_id(entry: Entry) -> int:
    kind, _colon, pk = entry.subject.partition(":")
    return int(pk) if kind == "case" else 0
