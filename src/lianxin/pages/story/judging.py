"""Tellers of what happens from the reply on: report back, promise, be judged."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from lianxin.cases import events as cases
from lianxin.cases.choices import Closing
from lianxin.pages.story.telling import Known, Told, Tone, tells, told
from lianxin.promises import events as promises
from lianxin.replies import events as replies
from lianxin.ui import moments

# --- report back -------------------------------------------------------------------------------


@tells(cases.ReplySubmitted)
def _submitted(known: Known, event: cases.ReplySubmitted) -> Told | None:
    if not known.staff:
        return None
    return told(_("A draft reply waits for approval"), icon="file-text")


@tells(cases.ReplySentBack)
def _sent_back(known: Known, event: cases.ReplySentBack) -> Told | None:
    reply = known.replies.get(event.reply)
    if not known.staff:
        return None
    return told(
        _("The draft was sent back"),
        reply.decision_text if reply else "",
        "arrow-back-up",
        "warn",
    )


@tells(cases.ReplyApproved)
def _replied(known: Known, event: cases.ReplyApproved) -> Told:
    reply = known.replies.get(event.reply)
    late = "" if event.on_time or not known.staff else _(" (late)")
    title = _("Reply sent") if known.staff else _("We have replied to you")
    return told(title + late, reply.summary if reply else "", "message", "good")


@tells(replies.LetterPosted)
def _posted(known: Known, event: replies.LetterPosted) -> Told:
    day = moments.day(date.fromisoformat(event.sent_on))
    title = _("The reply was given to the post on %(day)s") % {"day": day}
    number = _("Register number: %(number)s.") % {"number": event.reference}
    return told(title, number if event.reference else "", "mail")


@tells(cases.AnsweredAtOnce)
def _at_once(known: Known, event: cases.AnsweredAtOnce) -> Told:
    reply = known.replies.get(event.reply)
    return told(_("Answered at once"), reply.summary if reply else "", "message", "good")


@tells(replies.AskedBack)
def _asked_back(known: Known, event: replies.AskedBack) -> Told:
    title = _("The person asked back") if known.staff else _("You asked about the reply")
    return told(title, _question(known, event.question, "text"), "help-circle")


@tells(replies.AnsweredBack)
def _answered_back(known: Known, event: replies.AnsweredBack) -> Told:
    title = _("The question was answered") if known.staff else _("We answered your question")
    return told(title, _question(known, event.question, "answer"), "message")


def _question(known: Known, pk: int, field: str) -> str:
    for reply in known.replies.values():
        question = getattr(reply, "question_back", None)
        if question is not None and question.pk == pk:
            return cast(str, getattr(question, field))
    return ""


# --- promises ----------------------------------------------------------------------------------


@tells(promises.Made)
def _promised(known: Known, event: promises.Made) -> Told:
    row = known.promises.get(event.promise)
    day = moments.day(date.fromisoformat(event.due_on))
    return told(_("Promised by %(day)s") % {"day": day}, row.text if row else "", "calendar")


@tells(promises.Ended)
def _promise_ended(known: Known, event: promises.Ended) -> Told:
    row = known.promises.get(event.promise)
    kept = event.outcome == "kept"
    title = _("Promise kept") if kept else _("Promise not kept")
    if kept and event.late:
        title = _("Promise kept, but late")
    text = f"{row.text}\n{row.evidence}" if row else ""
    return told(title, text, "circle-check" if kept else "circle-x", "good" if kept else "bad")


@tells(promises.Overdue)
def _promise_late(known: Known, event: promises.Overdue) -> Told:
    row = known.promises.get(event.promise)
    return told(_("A promised date has passed"), row.text if row else "", "alarm", "bad")


@tells(promises.Checked)
def _promise_checked(known: Known, event: promises.Checked) -> Told:
    row = known.promises.get(event.promise)
    title = (
        _("The resident says: it was done")
        if event.answer == "yes"
        else _("The resident says: it was not done")
    )
    return told(title, row.resident_words if row else "", "user-check")


# --- be judged ---------------------------------------------------------------------------------


@tells(cases.CalledBack)
def _called_back(known: Known, event: cases.CalledBack) -> Told:
    if not known.staff:
        title = _("We asked how it went") if event.reached else _("We tried to ask how it went")
    else:
        title = _("Follow-up call") if event.reached else _("Follow-up call, not reached")
    return told(title, icon="phone")


@tells(cases.Rated)
def _rated(known: Known, event: cases.Rated) -> Told:
    rating = known.ratings.get(event.rating)
    title = _("The resident judged the result") if known.staff else _("You judged the result")
    parts = []
    if rating:
        parts.append(rating.get_solved_display())
        parts.append(_("result: %(score)s") % {"score": rating.get_result_display()})
        parts.append(_("speed: %(score)s") % {"score": rating.get_speed_display()})
        parts.append(_("attitude: %(score)s") % {"score": rating.get_attitude_display()})
    text = "，".join(str(part) for part in parts)
    if rating and rating.words:
        text += f"\n{rating.words}"
    tone: Tone = "good" if event.satisfied else "bad"
    return told(title, text, "mood-happy" if event.satisfied else "mood-sad", tone)


@tells(cases.ReworkOrdered)
def _rework(known: Known, event: cases.ReworkOrdered) -> Told:
    ruling = known.rulings.get(event.ruling)
    title = _("Ordered to be redone") if known.staff else _("You were right: it will be redone")
    return told(title, ruling.text if ruling else "", "refresh", "warn")


@tells(cases.LetStand)
def _stands(known: Known, event: cases.LetStand) -> Told:
    ruling = known.rulings.get(event.ruling)
    return told(
        _("Somebody outside the unit looked again: the reply stands, for this reason"),
        ruling.text if ruling else "",
        "scale",
        "warn",
    )


@tells(cases.Closed)
def _closed(known: Known, event: cases.Closed) -> Told:
    label = str(Closing(event.closing).label) if event.closing in Closing.values else ""
    good = event.closing == Closing.SOLVED
    return told(_("Closed: %(how)s") % {"how": label}, icon="archive", tone="good" if good else "")


@tells(cases.Reopened)
def _reopened(known: Known, event: cases.Reopened) -> Told:
    text = known.additions.get(event.addition, "")
    return told(_("Opened again"), text, "refresh", "warn")


@tells(cases.Withdrawn)
def _withdrawn(known: Known, event: cases.Withdrawn) -> Told:
    return told(_("Withdrawn"), icon="arrow-back-up")


@tells(cases.Terminated)
def _terminated(known: Known, event: cases.Terminated) -> Told:
    return told(
        _("Handling ended, for this reason"),
        known.work.refusals.get(event.refusal, ""),
        "ban",
        "warn",
    )


@tells(cases.Archived)
def _archived(known: Known, event: cases.Archived) -> Told | None:
    return told(_("Archived"), icon="archive") if known.staff else None
