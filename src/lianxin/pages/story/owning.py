"""Tellers of what a person does with their own data, and of what its time being over does."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lianxin.intake import events as intake
from lianxin.pages.story.telling import Known, Told, tells, told
from lianxin.pages.wording import SEALED_FIELDS
from lianxin.rights import events as rights
from lianxin.vault.choices import HIDDEN, Way


@tells(intake.ContactCorrected)
def _corrected(known: Known, event: intake.ContactCorrected) -> Told | None:
    if known.staff and set(event.fields) <= HIDDEN:
        return None
    title = (
        _("The person corrected the contact") if known.staff else _("You corrected your contact")
    )
    names = "、".join(str(SEALED_FIELDS.get(name, name)) for name in event.fields)
    return told(title, names, "edit")


@tells(intake.ContactErased)
def _erased(known: Known, event: intake.ContactErased) -> Told:
    if event.why == "time_over":
        return told(_("Name and number were deleted: their time was over"), icon="trash")
    if known.staff:
        return told(
            _("The person deleted name and number; the answer waits for the query code"),
            icon="trash",
            tone="warn",
        )
    return told(_("You deleted your name and number"), icon="trash")


@tells(intake.NoticesChosen)
def _notices(known: Known, event: intake.NoticesChosen) -> Told | None:
    if known.staff:
        return None
    if not event.way:
        return told(_("You no longer wish to be told of news"), icon="bell")
    way = {"way": Way(event.way).label}
    return told(_("You wish to be told of news: %(way)s") % way, icon="bell")


@tells(intake.MailBounced)
def _bounced(known: Known, event: intake.MailBounced) -> Told:
    title = (
        _("An e-mail to the person came back")
        if known.staff
        else _("An e-mail to you came back: please correct the address")
    )
    return told(title, icon="mail", tone="bad")


@tells(rights.FilesRemoved)
def _files(known: Known, event: rights.FilesRemoved) -> Told:
    return told(_("The photos were deleted: their time was over"), icon="trash")


@tells(rights.DataTaken)
def _taken(known: Known, event: rights.DataTaken) -> Told | None:
    if known.staff:
        return None
    return told(_("A copy of this page was taken, with your query code"), icon="download")
