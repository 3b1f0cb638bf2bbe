"""What the words of a unit for notices may hold 通知用语, and how they are filled in.

Asked when an administrator writes them, and again in the vault before they go: whoever takes over
a web process can write into every table, and still gets no address, number or order to anybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from lianxin.kernel import words
from lianxin.ui.links import absolute
from lianxin.vault.choices import News, Way

PLACES = ("number", "news", "link", "unit")
"""What can stand in braces. Nothing of the matter is among them."""
NEEDED = ("number", "link")
LONGEST = 300
PARTS = 2
"""Parts of a text message at most, of 70 characters, or 67 where there are several; of plain ASCII
160 and 153 (GSM 03.38, 3GPP TS 23.038 and 23.040)."""
TWICE = frozenset("^{}\\[~]|")
"""What counts as two there."""
HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs")
"""Categories of Unicode that show nothing, or that nobody knows how to show."""
SAMPLE = "7K2Q-M4XD-9TB"
_PLACE = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(r"(?<=\{link\})(?=\S)")
_ADDRESS = re.compile(r"\w[.@]\w|@|://|www\.|[a-z0-9]。[a-z]{2}", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9〇零一二三四五六七八九](?:[\s().+-]*[0-9〇零一二三四五六七八九]){6,}")


@dataclass(frozen=True)
class Words:
    """The words of a unit for one way and one language, and the unit's name."""

    text: str
    unit: str


def spoken(news: News) -> str:
    """What kind of news it is, as the words of a unit say it, in the language that is active."""
    return {
        News.ASKED: _("you are asked something"),
        News.ANSWERED: _("there is an answer for you"),
        News.NEWS: _("something has happened"),
    }[news]


def product() -> str:
    """The product's own words with their places, in the language that is active."""
    return _("No. {number}: {news}. Look with your query code: {link}")


def fill(own: Words, news: News, number: str) -> str:
    """The notice itself, in the language that is active. An unknown place stays empty.

    A space follows the address: telephones take what comes after it, a full stop 。 too, for a
    part of it, and whoever touches it lands nowhere.
    """
    known = {
        "number": number,
        "news": spoken(news),
        "link": absolute("/track/"),
        "unit": own.unit,
    }
    return _PLACE.sub(lambda found: known.get(found[1], ""), _LINK.sub(" ", own.text))


def parts(text: str) -> int:
    """Of how many parts a text message is."""
    if text.isascii() and "`" not in text:
        one, more, length = 160, 153, len(text) + sum(char in TWICE for char in text)
    else:
        # In units of UTF-16: rare characters and pictures are two.
        one, more, length = 70, 67, len(text.encode("utf-16-le", "surrogatepass")) // 2
    return 1 if length <= one else -(-length // more)


def faults(own: Words, way: Way, language: str) -> list[str]:
    """What is wrong with words in a language, said in the one that is active; empty: nothing."""
    return list(_faults(own, way, language))


def _faults(own: Words, way: Way, language: str) -> Iterator[str]:
    text = own.text
    # A name of a unit can be written by the same hand as its words.
    read = _PLACE.sub(lambda place: own.unit if place[1] == "unit" else " ", text)
    if text != " ".join(words.clean(text).split()) or any(
        unicodedata.category(char) in HIDDEN for char in read
    ):
        yield _("There are signs in it that nobody can see. Type it anew.")
    named = _PLACE.findall(text)
    for name in dict.fromkeys(named):
        if name not in PLACES:
            yield _("{%(name)s} is not known here. There are: %(places)s.") % {
                "name": name[:20],
                "places": " ".join(f"{{{place}}}" for place in PLACES),
            }
    bare = unicodedata.normalize("NFKC", read)
    # What a place is filled with can be the beginning of an address: {news}.example.
    filled = _PLACE.sub(lambda place: own.unit if place[1] == "unit" else "x", text)
    if re.search(r"[{}]", bare):
        yield _("A brace stands alone. Write for example {link}.")
    for name in NEEDED:
        if name not in named:
            yield _("Put {%(name)s} in: without it nobody can look.") % {"name": name}
    if _ADDRESS.search(unicodedata.normalize("NFKC", filled)):
        yield _("No other address: people should trust the one of {link} alone.")
    if _DIGITS.search(bare):
        yield _("No long number: whoever asks for money by a false message names one.")
    if len(text) > LONGEST:
        yield _("At most %(most)d characters.") % {"most": LONGEST}
    elif way == Way.SMS:
        with translation.override(language):
            longest = max((fill(own, news, SAMPLE) for news in News), key=len)
        count = parts(longest)
        if count > PARTS:
            yield _(
                "Filled in it has %(n)d characters, %(count)d text messages. At most two: 134 "
                "characters (70 in one), without Chinese 306."
            ) % {"n": len(longest), "count": count}
