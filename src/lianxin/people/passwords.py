"""What Django's list of common passwords does not know about passwords typed in China."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lianxin.kernel import words
from lianxin.people.models import User

FEWEST = 5
"""Different characters that a password has at least."""
# Beginnings and names that the first guesses are made of, with digits before and behind.
FIRST_GUESSES = frozenset(
    """
    woaini woaiwojia aini aiwo wang zhang admin administrator root test user guest pass password
    passw0rd qwer qwerty qwertyuiop qweasd qweasdzxc asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm
    qazwsx qazwsxedc iloveyou lianxin zhengwu zhengfu xinfang shequ jiedao beijing shanghai
    zhongguo china abc abcd abcde abcdef aa aaa qq wx gov
    """.split()  # noqa: SIM905 - a list of quotes reads worse
)
_OUTER = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class GuessableValidator:
    """Refuses one word of the first guesses between digits, and very few different characters."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError in words that say what would be better."""
        folded = words.fold(password)
        core = _OUTER.sub("", folded)
        names = {user.username, words.fold(user.name)} if user is not None else set()
        if not core or core in FIRST_GUESSES | names:
            raise ValidationError(
                _("This is among the first that somebody would guess. Several words are better."),
                code="password_guessable",
            )
        if len(set(folded)) < FEWEST:
            raise ValidationError(
                _("This repeats itself. Several words are better."), code="password_repeats"
            )

    def get_help_text(self) -> str:
        """Shown where Django lists the rules; our pages say it in one hint."""
        return _("Not one word with digits around it.")
