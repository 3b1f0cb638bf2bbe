"""The journal's own chores."""

from __future__ import annotations

from datetime import timedelta

from lianxin.journal import verify
from lianxin.journal.models import Delivery
from lianxin.journal.periodic import every
from lianxin.kernel import clock

KEPT = timedelta(days=30)


@every(seconds=600, name="journal.checkpoint")
def write_checkpoint() -> None:
    """Write the head of the chain to the checkpoint file."""
    verify.checkpoint()


@every(seconds=86_400, name="journal.forget_deliveries")
def forget_deliveries() -> None:
    """Remove deliveries done more than 30 days ago; the entries stay for ever."""
    Delivery.objects.filter(done_at__lt=clock.now() - KEPT).delete()
