"""Wrong codes are answered ever more slowly, and never locked out (trust: T9).

Only wrong ones wait: whoever holds the code gets in at once, whatever others try with it.
"""

from __future__ import annotations

import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from lianxin.intake.receipts import SELECTOR
from lianxin.kernel.ids import parse_code

FREE = 5
"""Wrong tries that are answered without a wait."""
LONGEST = 1.0
"""Seconds. A worker that waits serves nobody else: longer would punish the wrong people."""
REMEMBERED = 600
"""Seconds for which a wrong try counts."""


def wait_for(tries: int) -> float:
    """How long the answer to this many wrong tries waits, in seconds."""
    return 0.0 if tries <= FREE else min(LONGEST, 0.1 * 2 ** min(tries - FREE - 1, 10))


ALL_FREE = 20
"""Wrong tries a minute, of everybody together, before a look-up asks the device for work."""
ASKED = 60
"""Seconds for which it is asked after the last minute with too many."""
_asked_until = 0.0


def asks_work() -> bool:
    """Whether so many wrong codes are being tried that each look-up costs some work first.

    Asked of this process alone, and learnt from the wrong tries it answers: others cost nothing.
    """
    return time.monotonic() < _asked_until


def _notice_everybody() -> None:
    global _asked_until
    if _count(f"everybody:{int(time.time() // 60)}") > ALL_FREE:
        _asked_until = time.monotonic() + ASKED


def slow_down(typed: str, address: str) -> None:
    """Count a wrong code, for the sender and for the concern it aims at, and wait accordingly."""
    code = parse_code(typed) or ""
    tries = max(_count(f"address:{address}"), _count(f"code:{code[:SELECTOR]}") if code else 0)
    _notice_everybody()
    time.sleep(wait_for(tries))


def _count(of: str) -> int:
    # Hashed, so that the cache holds neither addresses nor parts of codes.
    key = f"slow:{salted_hmac('lianxin.slowing', of).hexdigest()}"
    if cache.add(key, 1, REMEMBERED):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        return 1
