"""Which open public cases somebody who writes just now may say are theirs too 我也反映."""

from __future__ import annotations

from datetime import timedelta

from lianxin.cases import queries
from lianxin.cases.queries import PublicCase
from lianxin.intake.nearby import Asked, Nearby, offers_nearby
from lianxin.kernel import clock
from lianxin.kernel.ids import parse_number
from lianxin.kernel.words import fold
from lianxin.people import queries as people
from lianxin.sorting.offers import offers
from lianxin.sorting.queries import SAME_MATTER_DAYS

MOST = 3
MOST_READ = 4_000
"""Characters that are looked at: whoever writes says early what it is about."""


@offers_nearby
def offered(asked: Asked) -> list[Nearby]:
    """Of the sorts of matter and the communities that are named, the newest first.

    Two queries without a chosen place, one with it; none while no public sort of matter is named.
    """
    said = fold(f"{asked.words[:MOST_READ]} {asked.place}")
    sorts = {
        offer.category_id: offer.name
        for offer in offers().values()
        if any(fold(hint) in said for hint in (offer.name, *offer.keywords))
    }
    every = {offer.category_id: offer.name for offer in offers().values()}
    chosen = parse_number(asked.chosen)
    kept = queries.joinable_cases(every, numbers=[chosen], limit=1) if chosen else []
    if not sorts:
        return _shown(kept)
    areas = [asked.area_id] if asked.area_id else [row.pk for row in people.communities_in(said)]
    since = clock.now() - timedelta(days=SAME_MATTER_DAYS)
    found = queries.joinable_cases(sorts, areas=areas, since=since, limit=MOST) if areas else []
    return _shown(kept + [row for row in found if row.number != chosen])[:MOST]


def _shown(rows: list[PublicCase]) -> list[Nearby]:
    return [Nearby(row.number, row.category, row.area, row.requested_at) for row in rows]
