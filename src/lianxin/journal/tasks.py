"""The journal's own chores."""

from __future__ import annotations

from datetime import timedelta

from lianxin.journal import alarm, checkpoints
from lianxin.journal.anchors import sending
from lianxin.journal.models import Delivery
from lianxin.journal.periodic import every
from lianxin.kernel import clock

KEPT = timedelta(days=30)


@every(seconds=20, name="journal.checkpoint")
def write_checkpoint() -> None:
    """Sign the head of the chain when it is due. What no longer agrees is not signed over."""
    if alarm.glance() and checkpoints.is_due(clock.now()):
        checkpoints.write()


@every(seconds=20, name="journal.anchor")
def anchor() -> None:
    """Carry checkpoints to where they are kept."""
    sending.send()


@every(seconds=86_400, name="journal.verify", at_most=7_200)
def verify() -> None:
    """Walk the whole journal once a day."""
    alarm.check()


@every(seconds=86_400, name="journal.forget_deliveries")
def forget_deliveries() -> None:
    """Remove deliveries done more than 30 days ago; the entries stay for ever."""
    Delivery.objects.filter(done_at__lt=clock.now() - KEPT).delete()
