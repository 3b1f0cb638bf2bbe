"""What we answer in a talk: short, one step at a time, never a word of what was said.

A text message of WeChat holds 2,048 bytes (`MOST_BYTES`); each of these is a good deal shorter.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.intake.actions import Receipt
from lianxin.intake.channels.wechat.models import Kind
from lianxin.intake.models import Concern
from lianxin.kernel.ids import format_code, format_number
from lianxin.ui.links import absolute

MOST_BYTES = 2_048


def welcome() -> str:
    """To somebody who has just come, or has written something we do not know."""
    return _lines(
        _("Tell us here what is the matter: in words, a photo, a recording or your location."),
        _("How does something you raised stand? Send its query code."),
        emergency(),
    )


def emergency() -> str:
    """The one thing that must not wait for us."""
    return _("Is somebody in danger? Call 110, 119 or 120 first.")


def begun(kinds: Sequence[str]) -> str:
    """After the first message of a talk."""
    return _lines(
        _("We have noted: %(what)s. Is this something you want us to handle?") % _what(kinds),
        _("Go on with words, photos, a recording or your location."),
        _("Reply 1 to send it to us, 2 to discard it."),
        emergency(),
    )


def noted(kinds: Sequence[str]) -> str:
    """After each further one."""
    return _lines(
        _("We have noted: %(what)s.") % _what(kinds),
        _("Reply 1 to send it to us, 2 to discard it."),
    )


def filed(receipt: Receipt, *, told: bool) -> str:
    """Number and code. ``told``: they will be told here when there is news."""
    number = _("Receipt number: %(number)s") % {"number": format_number(receipt.concern.number)}
    lines = [_("We have received what you wrote. Nobody can change your words."), number]
    if receipt.code:
        lines += [
            _("Query code: %(code)s") % {"code": format_code(receipt.code)},
            _("With the code you see how it stands, and judge the result: %(link)s")
            % {"link": absolute("/track/")},
            _("Whoever has the code can see your matter. Keep it to yourself."),
        ]
    lines.append(_("Nobody in the office sees who you are on WeChat."))
    if told:
        lines.append(_("We tell you here when there is news."))
    return _lines(*lines)


def already(concern: Concern) -> str:
    """To whoever says once more that it shall be sent."""
    return _("It has been sent, as number %(number)s.") % {"number": format_number(concern.number)}


def added(concern: Concern) -> str:
    """To what was said before it was sent and came after."""
    return _("This was added to number %(number)s.") % {"number": format_number(concern.number)}


def nothing_to_send() -> str:
    """To a 1 or 2 without anything said before."""
    return _lines(
        _("There is nothing here that waits to be sent. It is kept for 24 hours and then deleted."),
        _("Tell us here what is the matter: in words, a photo, a recording or your location."),
    )


def discarded() -> str:
    """After a 2."""
    return _("Nothing was sent, and nothing of it is kept. You can write again at any time.")


def ended() -> str:
    """When nobody said for a day whether to send it."""
    return _(
        "What you began to write here a day ago was not sent, and is deleted. If it still matters, "
        "please write again."
    )


def too_much() -> str:
    """To what finds no room any more."""
    return _lines(
        _("This did not fit in any more and was not noted: it is too long, or too many files."),
        _("Reply 1 to send what is there. With its query code you can add more: %(link)s")
        % {"link": absolute("/track/")},
    )


def empty() -> str:
    """To a message without anything in it that we can read."""
    return _("Nothing of this message reached us. Please send it again, or write it in words.")


def other() -> str:
    """To films, cards, files and what WeChat may think of next."""
    return _lines(
        _("Here we can take words, photos, recordings and your location, and not this."),
        _("Films and documents can be sent with the form: %(link)s")
        % {"link": absolute("/report/")},
    )


def file_failed(why: str) -> str:
    """To whoever sent a file that could not be taken, later."""
    return _(
        "A photo or recording you sent here could not be taken: %(why)s. Please send it again."
    ) % {"why": why}


def ask_code() -> str:
    """To somebody who asks how it stands."""
    return _lines(
        _("Please send the query code, 20 digits, as it stands on your receipt."),
        _("With the receipt number before it, we also tell you here when there is news."),
    )


def code_alone() -> str:
    """To somebody who puts a code among other words."""
    return _(
        "There is a number of 20 digits in what you wrote, as a query code has. It was not noted, "
        "so that nobody else reads your code. Please send a code alone, and your words without it."
    )


def unknown_code() -> str:
    """To a wrong code, always in the same words."""
    return _("This code opens nothing. Please compare it with your receipt, four digits at a time.")


def busy() -> str:
    """While very many wrong codes are tried."""
    return _(
        "Very many wrong codes are being tried just now. Please look at the page instead: %(link)s"
    ) % {"link": absolute("/track/")}


def stands(concern: Concern, how: str, *, bound: bool, may_bind: bool) -> str:
    """How it stands, and whether they are told here from now on."""
    if bound:
        last = _("From now on we tell you here when there is news. Nobody in the office sees that.")
    elif may_bind:
        last = _("Send number and code together, and we tell you here when there is news.")
    else:
        last = ""
    return _lines(
        _("No. %(number)s") % {"number": format_number(concern.number)},
        how,
        _("More, and to judge: %(link)s") % {"link": absolute("/track/")},
        last,
    )


def cannot_bind(why: str) -> str:
    """Why they are not told here."""
    return _("We cannot tell you here: %(why)s") % {"why": why}


def phrase_over() -> str:
    """To words from the page that nobody knows any more."""
    return _(
        "These words are not valid any more. Please open your concern and take the new ones there: "
        "%(link)s"
    ) % {"link": absolute("/track/")}


def _what(kinds: Sequence[str]) -> dict[str, str]:
    words, photos, voices = (kinds.count(k) for k in (Kind.WORDS, Kind.PHOTO, Kind.VOICE))
    parts = [
        ngettext("%(n)d message", "%(n)d messages", words) % {"n": words} if words else "",
        ngettext("%(n)d photo", "%(n)d photos", photos) % {"n": photos} if photos else "",
        ngettext("%(n)d recording", "%(n)d recordings", voices) % {"n": voices} if voices else "",
        _("your location") if Kind.PLACE in kinds else "",
    ]
    return {"what": "、".join(filter(None, parts))}


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
