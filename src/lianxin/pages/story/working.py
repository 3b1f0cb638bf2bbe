"""Tellers of what happens up to the reply: listen, sort, act."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.cases import events as cases
from lianxin.intake import events as intake
from lianxin.pages.handed import handed_over
from lianxin.pages.story.telling import Known, Told, Tone, tells, told
from lianxin.sorting import queries as sorting
from lianxin.ui import moments

# --- listen ------------------------------------------------------------------------------------


@tells(intake.ConcernFiled)
def _filed(known: Known, event: intake.ConcernFiled) -> Told:
    if known.staff:
        return told(
            _("Filed: %(channel)s") % {"channel": known.case.concern.get_channel_display()},
            icon="inbox",
        )
    return told(_("We received your concern and gave it a number."), icon="inbox")


@tells(intake.WordsAdded)
def _added(known: Known, event: intake.WordsAdded) -> Told:
    title = _("More was added") if known.staff else _("You added something")
    if event.photos:
        title += ngettext(", with %(n)s file", ", with %(n)s files", event.photos) % {
            "n": event.photos
        }
    return told(title, known.additions.get(event.addition, ""), "note")


@tells(intake.HelperInvited)
def _invited(known: Known, event: intake.HelperInvited) -> Told | None:
    if event.standing:
        title = _("Whoever filed it may follow it and add to it")
        return told(title, "" if known.staff else _("You can end that above."), icon="users")
    return None if known.staff else told(_("You asked somebody to look along"), icon="users")


@tells(intake.CodeHandedOver)
def _code_handed_over(known: Known, event: intake.CodeHandedOver) -> Told:
    text = "" if known.staff else _("If you have not seen it, have a new one given at the window.")
    return told(
        _("The query code was shown on the device of whoever filed it"), text, "key", "warn"
    )


@tells(intake.OpenedTogether)
def _together(known: Known, event: intake.OpenedTogether) -> Told:
    if event.unit is None:
        return told(_("Opened together with a helper"), icon="users")
    title = _("Opened together at the desk: %(unit)s") % {"unit": known.units.get(event.unit, "")}
    return told(title, icon="users")


@tells(intake.HelpEnded)
def _help_ended(known: Known, event: intake.HelpEnded) -> Told | None:
    return None if known.staff else told(_("You ended looking together"), icon="x")


@tells(intake.CodeGivenAnew)
def _code_anew(known: Known, event: intake.CodeGivenAnew) -> Told:
    text = "" if known.staff else _("If it was not you who asked for it, please call us.")
    return told(_("A new query code was given at the desk"), text, "key", "warn")


@tells(intake.HeldBack)
def _held_back(known: Known, event: intake.HeldBack) -> Told:
    return told(_("Very many concerns came at once; this one waited its turn"), icon="clock")


@tells(intake.Released)
def _released(known: Known, event: intake.Released) -> Told:
    return told(_("Let through; the limits run from when it was filed"), icon="player-play")


@tells(cases.MessageWritten)
def _written(known: Known, event: cases.MessageWritten) -> Told:
    if event.message in known.from_office:
        title = _("Wrote to the person") if known.staff else _("The office wrote to you")
    else:
        title = _("The person wrote") if known.staff else _("You wrote to the office")
    return told(title, _("With a helper.") if event.helped else "", "message")


@tells(cases.WrittenToAll)
def _written_to_all(known: Known, event: cases.WrittenToAll) -> Told | None:
    if not known.staff:
        return None
    # Without their number: another reader may be kept away from some of them.
    return told(_("The same was written to everybody who was joined"), icon="message")


# --- sort --------------------------------------------------------------------------------------


@tells(cases.Registered)
def _registered(known: Known, event: cases.Registered) -> Told | None:
    return told(_("Registered; it is being sorted"), icon="clipboard-list") if known.staff else None


@tells(cases.Sorted)
def _sorted(known: Known, event: cases.Sorted) -> Told | None:
    if not known.staff:
        return None
    category = sorting.category(event.category)
    label = category.label if category else event.category
    return told(_("Sorted: %(category)s") % {"category": label}, icon="tag")


@tells(cases.ReferredOut)
def _referred(known: Known, event: cases.ReferredOut) -> Told:
    return told(
        _("Another office must decide this; here is the way"),
        known.work.refusals.get(event.refusal, ""),
        "route",
        "warn",
    )


@tells(cases.HandedOver)
def _handed_over(known: Known, event: cases.HandedOver) -> Told:
    row = known.handovers[event.handover]
    said = _("The desk says that the complaint is not about them.") if event.mentioned else ""
    parts = [handed_over(row), known.work.refusals.get(event.refusal, ""), said * known.staff]
    text = "\n".join(filter(None, parts))
    return told(_("Handed over to %(body)s") % {"body": row.body.label}, text, "route", "warn")


@tells(cases.ReceiptCame)
def _receipt_came(known: Known, event: cases.ReceiptCame) -> Told:
    row = known.handovers[event.handover]
    text = _("They have it since %(day)s under the number %(number)s.") % {
        "day": moments.day(row.received_on), "number": row.receipt,
    }  # fmt: skip
    return told(_("%(body)s has confirmed") % {"body": row.body.label}, text, "check")


@tells(cases.NotAccepted)
def _not_accepted(known: Known, event: cases.NotAccepted) -> Told:
    return told(
        _("Not accepted, for this reason"),
        known.work.refusals.get(event.refusal, ""),
        "circle-x",
        "bad",
    )


@tells(cases.SetAside)
def _set_aside(known: Known, event: cases.SetAside) -> Told:
    return told(
        _("Set aside: two people found no concern in it"),
        known.work.refusals.get(event.refusal, ""),
        "circle-x",
        "warn",
    )


@tells(cases.Merged)
def _merged(known: Known, event: cases.Merged) -> Told:
    return told(
        _("Joined to the same matter, as the person said")
        if event.wished and known.staff
        else _("Joined to others who raised the same matter"),
        _("It keeps its number. You are told the result and judge it as everybody else does.")
        if not known.staff
        else "",
        "users-group",
    )


@tells(cases.GoesAlone)
def _goes_alone(known: Known, event: cases.GoesAlone) -> Told:
    if known.staff:
        return told(_("The person named a matter it could not be joined to"), icon="users")
    return told(
        _("It goes on by itself"),
        _("You said that somebody had reported this already. That matter has been dealt with by "
          "now, or yours needs a look of its own."),
        "users",
    )  # fmt: skip


@tells(cases.Joined)
def _joined(known: Known, event: cases.Joined) -> Told | None:
    if event.child in known.hidden:
        return None
    if event.wished and known.staff:
        return told(_("Somebody said that they have this too; it was joined"), icon="users-group")
    return told(_("Somebody else raised the same matter; it was joined"), icon="users-group")


@tells(cases.Split)
def _split(known: Known, event: cases.Split) -> Told:
    if not event.reason:
        return told(
            _("It goes on by itself"),
            _("It is no longer dealt with together with the other. The desk looks at it now."),
            "users",
        )
    return told(_("It is another matter after all, and goes on by itself"), event.reason, "users")


@tells(cases.Left)
def _left(known: Known, event: cases.Left) -> Told | None:
    if not known.staff or event.child in known.hidden:
        return None
    return told(_("One that was joined was taken out again: it is another matter"), icon="users")


@tells(cases.Dispatched)
def _dispatched(known: Known, event: cases.Dispatched) -> Told:
    unit = known.units.get(event.unit, "")
    if not known.staff:
        return told(_("Given to %(unit)s, who will deal with it") % {"unit": unit}, icon="send")
    how = _("by the catalogue") if event.by_catalogue else _("by decision")
    return told(
        _("Dispatched to %(unit)s, %(how)s") % {"unit": unit, "how": how},
        "" if event.by_catalogue else known.case.dispatch_reason,
        "send",
    )


# --- act ---------------------------------------------------------------------------------------


@tells(cases.Signed)
def _signed(known: Known, event: cases.Signed) -> Told:
    unit = known.units.get(event.unit, "")
    return told(_("%(unit)s has accepted it") % {"unit": unit}, icon="check")


@tells(cases.SentToTriage)
def _back(known: Known, event: cases.SentToTriage) -> Told:
    return told(_("Back at the desk to be sent to the right unit"), icon="arrow-back-up")


@tells(cases.HandlerNamed)
def _named(known: Known, event: cases.HandlerNamed) -> Told | None:
    if not known.staff:
        return None
    names = [known.handlers[pk] for pk in (event.handler, event.leader) if pk in known.handlers]
    return told(_("Named: %(names)s") % {"names": "、".join(names)}, icon="user-check")


@tells(cases.HandlingStarted)
def _started(known: Known, event: cases.HandlingStarted) -> Told:
    if known.staff:
        return told(_("Work began; no interest in the matter declared"), icon="player-play")
    return told(_("Somebody is working on it now"), icon="player-play")


@tells(cases.Contacted)
def _contacted(known: Known, event: cases.Contacted) -> Told:
    contact = known.work.contacts.get(event.contact)
    if not known.staff:
        title = _("We talked with you") if event.reached else _("We tried to reach you")
        return told(title, icon="phone")
    way = contact.get_way_display() if contact else event.way
    title = _("Contact: %(way)s") if event.reached else _("Contact: %(way)s, not reached")
    return told(title % {"way": way}, contact.text if contact else "", "phone")


@tells(cases.InfoAsked)
def _info(known: Known, event: cases.InfoAsked) -> Told:
    contact = known.work.contacts.get(event.contact)
    until = moments.day(datetime.fromisoformat(event.until))
    title = (
        _("Information asked for, until %(day)s")
        if known.staff
        else _("We need something from you, by %(day)s if you can")
    )
    return told(title % {"day": until}, contact.text if contact else "", "help-circle", "warn")


@tells(cases.Resumed)
def _resumed(known: Known, event: cases.Resumed) -> Told:
    return told(
        _("The information came; work goes on")
        if event.came
        else _("The date has passed; work goes on with what there is"),
        icon="player-play",
    )


@tells(cases.CoUnitCalled)
def _called_in(known: Known, event: cases.CoUnitCalled) -> Told:
    co_unit = known.work.co_units.get(event.co_unit)
    title = _("%(unit)s was asked to help") % {"unit": known.units.get(event.unit, "")}
    return told(title, co_unit.task if co_unit and known.staff else "", "users")


@tells(cases.CoUnitAnswered)
def _helped(known: Known, event: cases.CoUnitAnswered) -> Told:
    co_unit = known.work.co_units.get(event.co_unit)
    title = _("%(unit)s has done its part") % {"unit": known.units.get(event.unit, "")}
    return told(title, co_unit.result if co_unit and known.staff else "", "users")


@tells(cases.Asked)
def _asked(known: Known, event: cases.Asked) -> Told | None:
    row = known.work.applications.get(event.application)
    titles = {
        "withdrawal": _("You asked to withdraw; we will ask whether this is your free will"),
        "objection": _("You objected; somebody else looks at it again"),
        "review": _("You asked for a review"),
        "recheck": _("You asked for a recheck"),
    }
    if not known.staff:
        title = titles.get(event.kind)
        if event.kind == "objection" and row and row.decided_at == row.asked_at:
            title = _("You objected; it went back into the queue at once")
        return told(title, row.text if row else "", "flag") if title else None
    label = row.get_kind_display() if row else event.kind
    return told(_("Asked for: %(what)s") % {"what": label}, row.text if row else "", "flag")


@tells(cases.Ruled)
def _ruled(known: Known, event: cases.Ruled) -> Told | None:
    row = known.work.applications.get(event.application)
    granted = event.decision == "granted"
    text = row.decision_text if row else ""
    tone: Tone = "good" if granted else "warn"
    if known.staff:
        title = _("Granted: %(what)s") if granted else _("Declined: %(what)s")
        label = row.get_kind_display() if row else event.kind
        return told(title % {"what": label}, text, "scale", tone)
    title = {
        ("extension", True): _("It takes longer than planned; the limit was extended"),
        ("deferral", True): _("It cannot be solved now; here is the timetable"),
        ("withdrawal", True): _("Your withdrawal was confirmed"),
        ("withdrawal", False): _("The case goes on"),
        ("objection", True): _("Your objection was right; it is sorted anew"),
        ("objection", False): _("The decision stands, for this reason"),
        ("review", True): _("The review changed the reply"),
        ("review", False): _("The review confirmed the reply"),
        ("recheck", True): _("The recheck changed the reply"),
        ("recheck", False): _("The recheck confirmed the reply"),
    }.get((event.kind, granted), "")
    if not title:
        return None
    if row and event.kind in ("extension", "deferral"):
        text = row.text
    return told(title, text, "scale", tone)


@tells(cases.ProgressReported)
def _progress(known: Known, event: cases.ProgressReported) -> Told:
    return told(_("How it stands"), known.work.reports.get(event.report, ""), "message-report")


@tells(cases.DeferralEnded)
def _taken_up(known: Known, event: cases.DeferralEnded) -> Told:
    return told(_("The conditions are met; work goes on"), icon="player-play")


@tells(cases.Supervised)
def _supervised(known: Known, event: cases.Supervised) -> Told | None:
    row = known.work.supervisions.get(event.supervision)
    if not known.staff:
        return told(_("A supervisor has stepped in to push this forward"), icon="eye", tone="warn")
    label = row.get_kind_display() if row else event.kind
    return told(
        _("Supervision: %(kind)s") % {"kind": label}, row.basis if row else "", "eye", "warn"
    )


@tells(cases.SupervisionAnswered)
def _answered_for(known: Known, event: cases.SupervisionAnswered) -> Told | None:
    row = known.work.supervisions.get(event.supervision)
    if not known.staff:
        return None
    return told(_("Supervision answered"), row.answer if row else "", "eye")
