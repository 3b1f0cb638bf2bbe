"""Put Argon2id over the codes that filing has kept quickly."""

from __future__ import annotations

import time

from lianxin.intake import queries, receipts
from lianxin.intake.models import Concern

AT_ONCE = 50


def harden_codes(seconds: float) -> int:
    """Harden codes for about so long; how many.

    Nothing about a concern changes, and no entry of the journal tells it.
    """
    until, done = time.monotonic() + seconds, 0
    for concern in queries.to_harden()[:AT_ONCE]:
        if time.monotonic() > until:
            break
        # Only while it is still the one that was read.
        kept = Concern.objects.filter(pk=concern.pk, mac=concern.mac)
        done += kept.update(verifier=receipts.harden(str(concern.mac)), mac=None)
    return done
