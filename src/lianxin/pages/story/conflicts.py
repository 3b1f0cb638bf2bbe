"""Tellers of who is kept away from a case, and of the sealed lane."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.cases import events as cases
from lianxin.pages.story.telling import Known, Told, tells, told


@tells(cases.Sealed)
def _sealed(known: Known, event: cases.Sealed) -> Told:
    return told(
        _("Handed over sealed"),
        _("Only the discipline body can open it. The people it is about cannot see it."),
        "shield-lock",
    )


@tells(cases.KeptAway)
def _kept_away(known: Known, event: cases.KeptAway) -> Told | None:
    row = known.conflicts.get(event.conflict)
    if known.staff:
        party = row.party if row else ""
        if event.standing == "found":
            title = _("Named in the words, so kept away until somebody has looked: %(party)s")
        elif event.ground == "interest":
            title = _("Stays away because of an interest: %(party)s")
        else:
            title = _("The case is about, and sees nothing of it: %(party)s")
        return told(title % {"party": party}, row.reason if row else "", "eye-off")
    if event.standing == "found":
        return None
    if event.ground == "interest":
        return told(_("Somebody with an interest in the matter stays away from it"), icon="eye-off")
    return told(
        _("Those it is about are kept away from it"),
        _("They cannot find it, read it or decide on it."),
        "shield-lock",
    )


@tells(cases.ConflictLifted)
def _lifted(known: Known, event: cases.ConflictLifted) -> Told | None:
    row = known.conflicts.get(event.conflict)
    if not known.staff or row is None:
        return None
    return told(_("May see it again: %(party)s") % {"party": row.party}, row.reason, "eye")


@tells(cases.MovedUp)
def _moved_up(known: Known, event: cases.MovedUp) -> Told:
    unit = known.units.get(event.unit, "")
    return told(
        _("Put with %(unit)s, out of reach of those it may be about") % {"unit": unit},
        icon="shield-lock",
    )


@tells(cases.AcceptanceTold)
def _acceptance_told(known: Known, event: cases.AcceptanceTold) -> Told:
    title = (
        _("The discipline body accepts it")
        if event.accepted
        else _("The discipline body does not accept it")
    )
    return told(title, _("Why stands under the messages."), "shield-check")


@tells(cases.ResultTold)
def _result_told(known: Known, event: cases.ResultTold) -> Told:
    title = _("The discipline body said what came of it")
    return told(title, _("It stands under the messages."), "shield-check")


@tells(cases.HandedBack)
def _handed_back(known: Known, event: cases.HandedBack) -> Told:
    unit = known.units.get(event.unit, "")
    title = _("The discipline body gave it to %(unit)s") % {"unit": unit}
    return told(title, event.reason, "arrow-back-up")


@tells(cases.WordsSealed)
def _words_sealed(known: Known, event: cases.WordsSealed) -> Told:
    return told(_("The words were sealed to the key of the receiver"), icon="lock")


@tells(cases.WordsOpened)
def _words_opened(known: Known, event: cases.WordsOpened) -> Told:
    return told(_("The receiver opened the words again"), icon="file-text")


@tells(cases.TakenBack)
def _taken_back(known: Known, event: cases.TakenBack) -> Told:
    unit = known.units.get(event.unit, "")
    return told(_("Taken back from %(unit)s") % {"unit": unit}, icon="arrow-back-up", tone="warn")


@tells(cases.Exposed)
def _exposed(known: Known, event: cases.Exposed) -> Told:
    could = ngettext(
        "Until now %(n)s member of staff who is kept away could see it.",
        "Until now %(n)s members of staff who are kept away could see it.",
        len(event.could),
    ) % {"n": len(event.could)}
    if not event.read:
        read = _("None of them had opened it.")
    elif known.staff:
        names = "、".join(known.exposed.get(pk, "") for pk in event.read)
        read = _("These had opened it: %(names)s.") % {"names": names}
    else:
        read = ngettext(
            "%(n)s of them had opened it.", "%(n)s of them had opened it.", len(event.read)
        ) % {"n": len(event.read)}
    return told(_("Who could see it before"), f"{could} {read}", "eye", "warn")
