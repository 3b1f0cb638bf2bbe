"""Reading what people typed into the fields of people and units: cleaned, or a problem named."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kernel import words
from lianxin.kernel.problems import Problem
from lianxin.people.models import Language

_SPACES = re.compile(r"\s+")
# The dot inside names of minorities (阿依古丽·买买提) is typed in many ways.
_DOTS = re.compile(r"[•・‧∙⋅･．●]")
_USERNAME = re.compile(r"[\w.@+-]{2,40}\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{1,30}( ?(转|ext\.?) ?[0-9]{1,6})?\Z")
C = TypeVar("C", bound=TextChoices)


@cache
def _by_word(choices: type[C]) -> dict[str, C]:
    """The choices by their ids and by their labels in all our languages, folded."""
    found: dict[str, C] = {}
    for language in Language.values:
        with translation.override(language):
            found |= {words.fold(str(choice.label)): choice for choice in choices}
    return found | {choice.value: choice for choice in choices}


class Reading:
    """Reads several fields and reports everything wrong with them at once."""

    def __init__(self) -> None:
        self.problems: dict[str, list[str]] = {}

    def wrong(self, field: str, message: str) -> None:
        self.problems.setdefault(field, []).append(message)

    def done(self) -> None:
        """Raise one Problem with all messages, when there are any."""
        if self.problems:
            raise Problem.several(self.problems)

    def line(self, field: str, text: str, *, most: int, required: bool = False) -> str:
        """One line of text without control characters, at most ``most`` characters."""
        line = _SPACES.sub(" ", words.clean(text))
        if required and not line:
            self.wrong(field, _("Please fill this in."))
        elif len(line) > most:
            said = ngettext(
                "At most %(most)s character fits here.",
                "At most %(most)s characters fit here.",
                most,
            )
            self.wrong(field, said % {"most": most})
        return line

    def person_name(self, field: str, text: str) -> str:
        """1–40 characters with at least one letter; the middle dot in its one right form."""
        name = self.line(field, _DOTS.sub("·", text), most=40, required=True)
        if name and not any(letter.isalpha() for letter in name):
            self.wrong(field, _("A name has at least one letter or character."))
        return re.sub(r"\s*·\s*", "·", name)

    def username(self, field: str, text: str) -> str:
        name = words.fold(text)
        if not name:
            self.wrong(field, _("Please fill this in."))
        elif not _USERNAME.match(name):
            self.wrong(field, _("2 to 40 letters or digits, or . @ + - _, without spaces."))
        return name

    def phone(self, field: str, text: str) -> str:
        phone = words.fold(text).replace("–", "-").replace("—", "-")
        if phone and not _PHONE.match(phone):
            self.wrong(field, _("This is not a telephone number."))
        return phone[:40]

    def email(self, field: str, text: str) -> str:
        email = words.fold(text)
        try:
            if email:
                validate_email(email)
        except ValidationError:
            self.wrong(field, _("This is not an e-mail address."))
        return self.line(field, email, most=120)

    def choice(self, field: str, text: str, choices: type[C], default: C | None = None) -> C | None:
        """A value of the choices by its id or by its label in any of our languages."""
        wanted = words.fold(text)
        if not wanted and default is not None:
            return default
        found: C | None = _by_word(choices).get(wanted)
        if found is not None:
            return found
        known = "、".join(str(label) for label in choices.labels)
        self.wrong(field, _("Please choose one of: %(known)s") % {"known": known})
        return None

    def dates(self, since: date, until: date | None, field: str = "until") -> None:
        if until is not None and until < since:
            self.wrong(field, _("The end is before the beginning."))
        if not 1949 <= since.year <= 2200 or (until and until.year > 2200):
            self.wrong("since", _("This date is too far away."))
