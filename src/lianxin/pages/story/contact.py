"""Tellers of what happens to the sealed contact and to sealed originals: asked for, opened."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lianxin.journal.events import Event
from lianxin.pages.story.telling import Known, Told, Tone, tells, told
from lianxin.pages.wording import SEALED_FIELDS
from lianxin.people.roles import Role
from lianxin.vault import events as vault
from lianxin.vault.choices import Decision, Purpose, Verdict, Way
from lianxin.vault.wechat import NOT_FREELY

ByOffice = vault.Revealed | vault.Relayed | vault.Asked | vault.Decided


@tells(vault.Revealed)
def _opened(known: Known, event: vault.Revealed) -> Told:
    what = {"what": _named(event.fields or (event.field,))}
    if _of_file(event):
        title = (
            _("Sealed original of a file opened")
            if known.staff
            else _("Staff opened the sealed original of a file you sent")
        )
    elif known.staff:
        title = _("Contact opened: %(what)s") % what
    else:
        title = _("Staff looked at your contact: %(what)s") % what
    purpose = _("For: %(purpose)s") % {"purpose": event.purpose}
    return told(title, _lines(_office(known, event), purpose), "eye", "warn")


@tells(vault.Relayed)
def _relayed(known: Known, event: vault.Relayed) -> Told:
    letter = known.letters.get(event.letter)
    way = str(Way(event.way).label)
    if known.staff:
        title = _("Reached through the relay: %(way)s") % {"way": way}
    elif event.way == Way.CALL:
        title = _("We called you; whoever called does not see your number")
    else:
        title = _("We wrote to you; whoever wrote does not see your address")
    failed = _("It did not go out.") if letter and letter.failure else ""
    text = _lines(_office(known, event), letter.text if letter else "", failed)
    return told(title, text, "phone" if event.way == Way.CALL else "send", "bad" if failed else "")


@tells(vault.Noticed)
def _noticed(known: Known, event: vault.Noticed) -> Told | None:
    letter = known.letters.get(event.letter)
    way = {"way": Way(event.way).label}
    if letter and letter.sent_at:
        title = (
            _("The person was told that there is news: %(way)s")
            if known.staff
            else _("We told you that there is news: %(way)s")
        )
        return told(title % way, icon="bell")
    # Each is tried again; only that the latest has not arrived is worth a line.
    if event.letter != max(one.letter for one in known.events if isinstance(one, vault.Noticed)):
        return None
    title = (
        _("A notice to the person did not arrive: %(way)s")
        if known.staff
        else _("A notice to you did not arrive: %(way)s")
    )
    wrong = letter is not None and letter.failure.startswith(("SMTPRecipientsRefused", "returned"))
    again = _("Please correct number or address under “Tell me of news”.") if wrong else ""
    if letter is not None and event.way == Way.WECHAT and (wrong or letter.failure in NOT_FREELY):
        again = _("Write something to our WeChat account, then we can write to you again.")
    again = "" if known.staff else again
    return told(title % way, again, "bell", "bad")


@tells(vault.Asked)
def _asked(known: Known, event: vault.Asked) -> Told:
    what = {"what": _named(event.fields)}
    if event.emergency:
        title = _("Emergency: %(what)s opened without a second person") % what
    elif _of_file(event) and known.staff:
        title = _("Asked to open the sealed original of a file")
    elif _of_file(event):
        title = _("Somebody asks to open the original of a file you sent. A second person decides.")
    elif known.staff:
        title = _("Asked to see the contact: %(what)s") % what
    else:
        title = _("Somebody asks to see your contact: %(what)s. A second person decides.") % what
    purpose = _("For: %(purpose)s") % {"purpose": Purpose(event.purpose).label}
    tone: Tone = "warn" if event.emergency else ""
    return told(title, _lines(_office(known, event), purpose), "shield-lock", tone)


@tells(vault.Decided)
def _decided(known: Known, event: vault.Decided) -> Told:
    granted = event.decision == Decision.GRANTED
    if any(_of_file(one) for one in known.events if _asks(one, event.request)):
        title = (
            _("A second person agreed that the original is opened")
            if granted
            else _("A second person refused: the original stays sealed")
        )
    elif granted:
        title = _("A second person agreed that the contact is opened")
    else:
        title = _("A second person refused: the contact stays sealed")
    return told(title, _office(known, event), "shield-check")


@tells(vault.Reviewed)
def _reviewed(known: Known, event: vault.Reviewed) -> Told:
    right = event.verdict == Verdict.RIGHT
    title = (
        _("Somebody else looked at it: it was an emergency")
        if right
        else _("Somebody else looked at it: it was no emergency")
    )
    return told(title, icon="shield-check", tone="" if right else "bad")


def _of_file(event: Event) -> bool:
    return isinstance(event, vault.Revealed | vault.Asked) and "original" in event.fields


def _asks(event: Event, request: int) -> bool:
    return isinstance(event, vault.Asked) and event.request == request


def _office(
    known: Known, event: vault.Revealed | vault.Relayed | vault.Asked | vault.Decided
) -> str:
    """The office and the unit, for the resident; staff read the name beside the line."""
    if known.staff or not event.role:
        return ""
    role = str(Role(event.role).label) if event.role in Role.values else ""
    return "，".join(filter(None, (known.units.get(event.unit or 0, ""), role)))


def _named(fields: Iterable[str]) -> str:
    return "、".join(str(SEALED_FIELDS.get(name, name)) for name in fields)


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


@tells(vault.Compared)
def _compared(known: Known, event: vault.Compared) -> Told:
    title = _("At the desk, what was said was compared with the sealed contact; nobody saw it")
    return told(title, icon="user-check")


@tells(vault.NoticeReturned)
def _returned(_known: Known, _event: vault.NoticeReturned) -> None:
    """The line of the notice itself says so."""
