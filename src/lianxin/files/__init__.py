"""Files from strangers: what they are by their content, and a clean copy of each.

Has never heard of Django. What a stranger's file makes of a parser stays in a process of its own
(`jail`, `inside`); the rest of the program sees only the copy.
"""

from lianxin.files.cleaning import MOST_BYTES, SECONDS, Clean, clean
from lianxin.files.jail import walls
from lianxin.files.kinds import FORMATS, LONGEST, MOST_PAGES, Format, Kind, Unfit

__all__ = [
    "FORMATS",
    "LONGEST",
    "MOST_BYTES",
    "MOST_PAGES",
    "SECONDS",
    "Clean",
    "Format",
    "Kind",
    "Unfit",
    "clean",
    "walls",
]
