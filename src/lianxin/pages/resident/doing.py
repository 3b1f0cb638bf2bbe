"""The forms behind the buttons, and the one action each of them calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.appraisal import actions as appraisal
from lianxin.appraisal.forms import RatingForm
from lianxin.cases import actions as cases
from lianxin.cases import queries as case_queries
from lianxin.cases.states import REFUSED, State
from lianxin.intake import actions as intake
from lianxin.intake.forms import AddForm, ContactForm, NoticesForm
from lianxin.kernel.problems import Problem
from lianxin.pages.resident.tracked import Tracked
from lianxin.promises import actions as promises
from lianxin.replies import actions as replies
from lianxin.ui.forms import WordsField


class TextForm(forms.Form):
    """Why, in the person's own words."""

    use_required_attribute = False

    text = WordsField(label=_("In your own words"), widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(
        self, *args: Any, label: Any = "", optional: bool = False, most: int = 2_000, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["text"]
        assert isinstance(field, WordsField)
        field.label = label or field.label
        field.required = not optional
        field.max_length = most


class PromiseForm(forms.Form):
    """Whether a promise was kept, in the only word that counts."""

    use_required_attribute = False

    promise = forms.CharField(widget=forms.HiddenInput, max_length=20)
    done = forms.ChoiceField(
        label=_("Was it done?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, it was done")), ("no", _("No, it was not done"))],
        error_messages={"required": _("Please choose one.")},
    )
    words = WordsField(
        label=_("Anything you want to say"), max_length=1_000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class TogetherForm(forms.Form):
    """What the helper may do."""

    use_required_attribute = False

    may_write = forms.ChoiceField(
        label=_("What may your helper do?"),
        widget=forms.RadioSelect,
        choices=[
            ("no", _("Read this page with me")),
            ("yes", _("Read it, and write for me")),
        ],
        initial="no",
        error_messages={"required": _("Please choose one.")},
    )


class AloneForm(forms.Form):
    """Whose looking along ends."""

    which = forms.ChoiceField(
        label=_("Who shall not look along any more?"),
        required=False,
        widget=forms.HiddenInput,
        choices=[
            ("", _("Nobody else at all")),
            ("now", _("Whoever looks along just now")),
            ("standing", _("Whoever filed it for me")),
        ],
    )


@dataclass(frozen=True)
class Deed:
    """A page with one form: what it says above it, what it does, what it says afterwards."""

    title: Any
    button: Any
    thanks: Any
    form: Callable[..., forms.Form]
    do: Callable[[Tracked, forms.Form], object]
    explain: Any = ""
    template: str = "pages/public/act.html"
    then: str = "tracked"
    """The page it belongs to: where one comes from and goes back to."""
    at_once: tuple[Callable[[Tracked], bool], Any, Any] | None = None
    """When it has its end at once: what is said above the form then, and afterwards."""

    def of(self, known: Tracked) -> Deed:
        """With what is said in this very case."""
        if self.at_once is None or not self.at_once[0](known):
            return self
        _when, explain, thanks = self.at_once
        return replace(self, explain=explain, thanks=thanks)

    def form_for(self, request: HttpRequest, initial: dict[str, Any] | None = None) -> forms.Form:
        """The form, bound when it was posted."""
        if request.method == "POST":
            return self.form(request.POST, request.FILES)
        return self.form(initial=initial)


def _text(label: Any, *, optional: bool = False, most: int = 2_000) -> Callable[..., forms.Form]:
    return lambda *args, **options: TextForm(
        *args, label=label, optional=optional, most=most, **options
    )


def _comes_back(known: Tracked) -> bool:
    """Whether an objection brings it back by itself; or has just done so."""
    case = known.case
    if case is None or case.state != State.SET_ASIDE:
        return case is not None and case.state not in REFUSED
    return not case_queries.came_back(case)


def _said(form: forms.Form) -> str:
    return str(form.cleaned_data["text"])


def _add(known: Tracked, form: forms.Form) -> None:
    data = form.cleaned_data
    kept = [
        intake.store_file(sent.copy, original=sent.original if data["keep_original"] else None).uuid
        for sent in data["attachments"]
    ]
    intake.add_words(
        known.concern,
        words=data["words"],
        attachments=tuple(kept),
        helped=known.helper is not None,
        by=known.viewer,
    )


def _write(known: Tracked, form: forms.Form) -> None:
    assert known.case is not None
    helped = known.helper is not None
    cases.write_message(known.case, words=_said(form), helped=helped, by=known.viewer)


def _noted(known: Tracked, _form: forms.Form) -> None:
    assert known.case is not None
    cases.note_messages(known.case, by=known.viewer)


def _together(known: Tracked, form: forms.Form) -> None:
    intake.invite_helper(
        known.concern, may_write=form.cleaned_data["may_write"] == "yes", by=known.viewer
    )


def _alone(known: Tracked, form: forms.Form) -> None:
    which = form.cleaned_data["which"]
    standing = which == "standing" if which else None
    intake.end_help(known.concern, standing=standing, by=known.viewer)


def _correct(known: Tracked, form: forms.Form) -> None:
    intake.correct_contact(known.concern, fields=form.cleaned_data, by=known.viewer)


def _notices(known: Tracked, form: forms.Form) -> None:
    data = dict(form.cleaned_data)
    intake.choose_notices(known.concern, way=data.pop("notify"), contact=data, by=known.viewer)


def _erase(known: Tracked, _form: forms.Form) -> None:
    intake.erase_contact(known.concern, why="asked", by=known.viewer)


def _rate(known: Tracked, form: forms.Form) -> None:
    assert isinstance(form, RatingForm) and known.answering is not None
    appraisal.rate(known.answering, form.rating(), by=known.viewer)


def _promise(known: Tracked, form: forms.Form) -> None:
    found = known.promise(form.cleaned_data["promise"])
    if found is None:
        raise Problem(_("There is nothing to check now."))
    promises.check_promise(
        found,
        done=form.cleaned_data["done"] == "yes",
        words=form.cleaned_data["words"],
        by=known.viewer,
    )


def _on_case(action: Callable[..., object]) -> Callable[[Tracked, forms.Form], object]:
    return lambda known, form: action(known.case, text=_said(form), by=known.viewer)


DEEDS: dict[str, Deed] = {
    "add": Deed(
        _("Add something"), pgettext_lazy("button", "Add it"),
        _("Added. Whoever is dealing with it can read it now."), AddForm, _add,
        template="pages/public/add.html",
    ),
    "write": Deed(
        _("Write to whoever deals with it"), pgettext_lazy("button", "Send"),
        _("Sent. Whoever is dealing with it can read it now."),
        _text(_("Your message"), most=2_000), _write,
        _("They do not learn who you are from this. Please write nothing that tells it, if you "
          "want to stay unknown."),
    ),
    "noted": Deed(
        _("I have read it"), _("I have read it"), _("Thank you. The office sees that you read it."),
        forms.Form, _noted,
    ),
    "together": Deed(
        _("Let a helper look along"), _("Give me a number to read out"),
        _("Here is the number for your helper."), TogetherForm, _together,
        _("Somebody you trust can look at this matter with you on their own phone, for a quarter "
          "of an hour. They see this one matter and nothing else, and cannot judge or take it "
          "back for you. It stands in the story."),
    ),
    "alone": Deed(
        _("Stop it now"), _("Stop it now"), _("Stopped. They do not look along any more."),
        AloneForm, _alone,
    ),
    "rate": Deed(
        _("How was it?"), _("Send my judgement"), _("Thank you. Your judgement has been kept."),
        RatingForm, _rate,
        _("Only you can judge. Staff cannot do it for you and cannot change what you say."),
        template="pages/public/rate.html",
    ),
    "withdraw": Deed(
        _("Take it back"), _("Yes, take it back"),
        _("We have noted that you take it back."),
        _text(_("Why? You need not say."), optional=True), _on_case(cases.withdraw),
        _("If an office is already working on it, somebody from outside that office will call to "
          "make sure that it is your own wish. If anybody asked you to take it back, do not: tell "
          "us instead under “add something”."),
    ),
    "reopen": Deed(
        _("It came back: do it again"), _("Open it again"),
        _("It is open again. You see the new date here."),
        _text(_("What has come back, or what is new?"), most=5_000), _on_case(cases.reopen),
    ),
    "ask-back": Deed(
        _("Ask about the reply"), _("Send the question"),
        _("Your question has been sent to the office that replied."),
        _text(_("What is not clear?")), _on_case(replies.ask_back),
        _("You can ask once about each reply, so put everything in one."),
    ),
    "review": Deed(
        _("Ask for a review"), _("Ask for a review"),
        _("You have asked for a review. The higher body decides and tells you in writing."),
        _text(_("What should be looked at again?")), _on_case(cases.ask_review),
        _("The next higher body looks at the reply again; the office that replied does not "
          "decide."),
    ),
    "recheck": Deed(
        _("Ask for a recheck"), _("Ask for a recheck"),
        _("You have asked for a recheck. Its decision is the last one."),
        _text(_("What should be looked at again?")), _on_case(cases.ask_recheck),
    ),
    "object": Deed(
        _("I object"), _("Send my objection"),
        _("You have objected. Somebody else looks at it again and tells you."),
        _text(_("Why do you not agree?")), _on_case(cases.object_to),
        _("Somebody who did not make the decision looks at it again."),
        at_once=(
            _comes_back,
            _("One word from you is enough: it goes back into the queue at once, and is read as a "
              "concern."),
            _("It is back in the queue. The office sorts it anew and tells you here."),
        ),
    ),
    "recusal": Deed(
        _("Somebody must not deal with it"), pgettext_lazy("button", "Ask for it"),
        _("You have asked for it. Somebody outside that office decides and tells you here."),
        _text(_("Who should not deal with it, and why?")), _on_case(cases.ask_recusal),
        _("When whoever deals with it has an interest in the matter, is related to somebody in it "
          "or is treating you unfairly, you may ask that somebody else takes over. That office "
          "does not decide about it."),
    ),
    "promise": Deed(
        _("Was the promise kept?"), _("Send my answer"), _("Thank you. Your word has been kept."),
        PromiseForm, _promise, template="pages/public/promise.html",
    ),
    "notices": Deed(
        _("Tell me of news"), _("Keep my choice"), _("Kept. You can change it at any time."),
        NoticesForm, _notices,
        _("A notice only says that there is news, with your receipt number: nothing of the matter, "
          "for somebody else might look at your phone. Nobody in the office sees where it goes."),
        template="pages/public/notices.html",
    ),
    "correct-contact": Deed(
        _("Correct name, number or address"), _("Seal it anew"),
        _("It is sealed anew. What was there before is gone."),
        ContactForm, _correct,
        _("Fill in only what has changed. What is sealed now cannot be shown here, not even to "
          "you: somebody else might hold this phone."),
        then="track_data",
    ),
    "erase-contact": Deed(
        _("Delete name and number"), _("Yes, delete them for good"),
        _("Deleted for good. The proof of it stands below."),
        forms.Form, _erase,
        _("Name, number and address of this matter are removed at once and cannot be brought back. "
          "Nobody can call you or write to you about it any more: you find every answer here, with "
          "your query code. What you said stays, and the office goes on working on it."),
        then="track_data",
    ),
}  # fmt: skip
