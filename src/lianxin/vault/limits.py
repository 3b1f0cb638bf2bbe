"""How long, how often: the numbers of the vault."""

from __future__ import annotations

from datetime import timedelta

FRESH = timedelta(seconds=60)
"""A record older than this opens nothing: what it was made for is done or was given up."""
AHEAD = timedelta(seconds=5)
"""How far the clocks of two processes may differ."""
GRANTED_FOR = timedelta(hours=24)
VIEWS = 5
"""How often what was granted may be opened."""
HARD_LIMIT = 30
"""Openings shown to one person in a day."""
ANSWER_WITHIN = timedelta(days=3)
"""A request nobody answers lapses."""
REVIEW_WITHIN = timedelta(hours=24)
"""An opening without a second person is to be looked at."""
NOTICES = 6
"""Notices about one subject in 24 hours, tries that failed among them: a web process that was taken
over cannot drown anybody."""
COMPARISONS = 3
"""Comparisons of what somebody says with what is sealed, for one subject in 24 hours."""
COMPARED_BY = 20
"""Comparisons by one person in a day, whatever the subjects: nobody looks for one number in all."""
