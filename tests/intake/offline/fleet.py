"""Many devices that come back in any order, late, with wrong clocks and bad lines (P12)."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lianxin.intake.models import Concern
from lianxin.kernel import clock
from tests.intake.offline.device import Cut, Device, Draft, photo, sha

LATEST = 400
"""Days after which a device is found again."""
WRONG = 2 * 86_400
"""Seconds by which its clock may be wrong, either way."""
CUTS = 0.3


@dataclass
class Found:
    """What came of it: counts of drafts, and of deliveries."""

    drafts: int = 0
    delivered: int = 0
    cut: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    overwritten: int = 0


class Fleet:
    """So many devices with so many drafts each; each is delivered one to five times."""

    def __init__(self, *, devices: int, drafts: int, seed: int, monkeypatch: Any) -> None:
        self.chance = random.Random(seed)
        self.devices = devices
        self.each = drafts
        self.begun = clock.now()
        self.now = self.begun
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def run(self) -> Found:
        """Deliver everything, then look at what is there."""
        found = Found()
        drafts = [self._draft(n) for n in range(self.devices * self.each)]
        found.drafts = len(drafts)
        visits = [
            (self.chance.random() * LATEST, n)
            for n in range(len(drafts))
            for _time in range(self.chance.randint(1, 5))
        ]
        device = Device(chance=self.chance, cuts=CUTS)
        for days, n in sorted(visits):
            self.now = self.begun + timedelta(days=days)
            self._deliver(device, drafts[n], found)
        # Whoever got no receipt comes once more: a device keeps what was not acknowledged.
        device.cuts = CUTS / 2
        for draft in drafts:
            if draft.filed is None:
                found.delivered += 1
                device.until_through(draft)
        self._look(drafts, found)
        return found

    def _draft(self, n: int) -> Draft:
        chance = self.chance
        files = [photo(n * 4 + k) for k in range(chance.choice((0, 0, 1, 2)))]
        made = self.begun + timedelta(seconds=chance.randint(-WRONG, WRONG))
        code = f"{chance.randrange(10**20):020d}"
        return Draft(f"第 {n} 件：路灯坏了。", files, made_at=made, code=code)

    def _deliver(self, device: Device, draft: Draft, found: Found) -> None:
        found.delivered += 1
        changed = draft.filed is not None and self.chance.random() < 0.2
        sent = replace(draft, words=draft.words + "改", answers=[]) if changed else draft
        try:
            answer = device.deliver(sent)
        except Cut:
            found.cut += 1
            return
        if changed:
            found.refused += "different" in answer
            # Told that it is there, while what it says is not: that would be lost in silence.
            found.overwritten += "filed" in answer

    def _look(self, drafts: list[Draft], found: Found) -> None:
        rows = Concern.objects.prefetch_related("attachments")
        there = {row.words: row for row in rows}
        times = Counter(row.words for row in rows)
        for draft in drafts:
            row = there.get(draft.words)
            found.doubled += times[draft.words] > 1
            if row is None or draft.filed is None:
                found.lost += 1
                continue
            if len(row.attachments.all()) != len({sha(content) for content in draft.files}):
                found.lost += 1
            told = {a["filed"]["number"] for a in draft.answers if "filed" in a}
            found.doubled += len(told) > 1
        found.overwritten += sum("改" in words for words in times)
