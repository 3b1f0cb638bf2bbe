"""Plays many stories at once in the order of time, so that the journal reads like a real year."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction

from lianxin.access import Refused
from lianxin.appraisal.tasks import close_silent
from lianxin.cases.tasks import archive_ended, resume_unanswered, supervise_overdue
from lianxin.journal import outbox
from lianxin.journal.actions import act
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.promises.tasks import find_overdue

Story = Iterator[datetime]
"""Acts up to each ``yield``, which says when it goes on."""
CHORES: tuple[tuple[Callable[[], object], int], ...] = (
    (find_overdue, 1),
    (supervise_overdue, 1),
    (resume_unanswered, 1),
    (close_silent, 3),
    (archive_ended, 7),
)
"""The worker's chores, and every how many rounds each is done; the worker does them more often."""
ROUND = timedelta(hours=24)
NEWS = timedelta(days=9)
"""Messages to staff are left only for the last days; older ones would be no news today."""
# Acts to one commit: each alone would wait for the disk five thousand times.
AT_ONCE = 200


@dataclass
class Stage:
    """The queue of what happens next, from ``now`` up to ``end``."""

    now: datetime
    end: datetime
    stumbles: list[str] = field(default_factory=list)
    """Steps an action refused: the story stops there. None, unless the calendar is unusual."""
    after_chores: Callable[[], None] = lambda: None
    _queue: list[tuple[datetime, int, str, Story]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _owed: bool = False
    _needed: list[str] = field(
        default_factory=lambda: [name for name in outbox.all_handlers() if ".tell_" not in name]
    )

    def owe(self) -> None:
        """The worker has something to take up after this step."""
        self._owed = True

    def add(self, name: str, when: datetime, story: Story) -> None:
        """Begin a story at a moment, at the earliest now."""
        heapq.heappush(self._queue, (max(when, self.now), next(self._order), name, story))

    def play(self, report: Callable[[int, int], None] | None) -> None:
        """Everything that happens up to the end; what lies beyond stays undone."""
        begin = self.now
        rounds, next_round = 0, _after_midnight(begin)
        whole = (self.end - begin).days + 1
        while self._queue and self._queue[0][0] <= self.end:
            with transaction.atomic():
                for _each in range(AT_ONCE):
                    if not self._queue or self._queue[0][0] > self.end:
                        break
                    while next_round <= self._queue[0][0]:
                        self._chores(next_round, rounds)
                        rounds, next_round = rounds + 1, next_round + ROUND
                    self._step()
            if report is not None:
                report((self.now - begin).days, whole)
        with transaction.atomic():
            self._chores(self.end, 0)
        if report is not None:
            report(whole, whole)

    def _step(self) -> None:
        when, _order, name, story = heapq.heappop(self._queue)
        self.now = when
        with clock.at(when):
            try:
                with transaction.atomic(), act():
                    goes_on = next(story, None)
            except (Problem, Refused) as error:
                self.stumbles.append(f"{name}: {error}")
                return
            if self._owed:
                self._owed = False
                _deliver(self._needed)
        if goes_on is not None:
            self.add(name, goes_on, story)

    def _chores(self, when: datetime, number: int) -> None:
        self.now = max(when, self.now)
        with clock.at(self.now):
            for chore, every in CHORES:
                if number % every == 0:
                    chore()
            _deliver(None if self.end - self.now < NEWS else self._needed)
            self.after_chores()


def _after_midnight(moment: datetime) -> datetime:
    local = moment.astimezone(clock.SHANGHAI)
    return local.replace(hour=0, minute=5, second=0, microsecond=0) + timedelta(days=1)


def _deliver(handlers: Collection[str] | None) -> None:
    while outbox.drain(handlers=handlers):
        pass
