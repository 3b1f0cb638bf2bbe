"""How somebody who booked a turn wishes to be told: what the vault asks before it writes."""

from __future__ import annotations

from lianxin.intake.channels.reception.models import Turn
from lianxin.kernel import clock
from lianxin.vault.choices import Way
from lianxin.vault.matters import Addressee, addresser


@addresser("turn")
def addressee_of(pk: str) -> Addressee | None:
    """Only whoever chose a way and still has their turn before them is told."""
    turn = Turn.objects.filter(pk=pk, outcome="").exclude(way="").select_related("day").first()
    if turn is None:
        return None
    when = turn.day.starts_at.astimezone(clock.SHANGHAI)
    return Addressee(
        turn.uuid, Way(turn.way), f"{when:%m-%d} / {turn.number}", turn.language, turn=True
    )
