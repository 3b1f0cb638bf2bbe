"""The forms of a reply: write it, send it back, answer at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.kernel import clock
from lianxin.replies import queries
from lianxin.replies.models import Verdict
from lianxin.ui.acts import ActForm
from lianxin.ui.forms import FilesField, WordsField

FINDING, KEEP = "finding_", "keep"
KEPT = (
    "verdict", "summary", "basis", "no_basis", "history", "policy_gap", "responsibility",
    "balance", "next_step", "next_step_due", "remedy", "claims_solved",
)  # fmt: skip


class ReplyForm(ActForm):
    """A draft reply. To keep it, anything will do; to send it for approval, the whole."""

    verdict = forms.ChoiceField(
        label=_("What is decided"),
        choices=[choice for choice in Verdict.choices if choice[0] != Verdict.ANSWERED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide.")},
    )
    summary = WordsField(
        label=_("The answer in a few sentences"),
        max_length=2_000,
        help_text=_("Say 您. What was found, what was done, what happens next."),
    )
    basis = WordsField(
        label=_("The rule it rests on"), required=False, max_length=1_000,
        help_text=_("Name and article; if there is none, say so below."),
    )  # fmt: skip
    no_basis = forms.BooleanField(label=_("There is no rule for this"), required=False)
    next_step = WordsField(
        label=_("What is still to be done"), required=False, max_length=500, lines=False,
        help_text=_("With its date it becomes a promise to the person."),
    )  # fmt: skip
    next_step_due = forms.DateField(label=_("Done by"), required=False)
    remedy = WordsField(
        label=_("What the person can do against it"), required=False, max_length=1_000,
        help_text=_("Needed when the claim is not fully met."),
    )  # fmt: skip
    history = WordsField(
        label=_("What was answered before, and what changed"), required=False, max_length=1_000
    )
    policy_gap = WordsField(
        label=_("Where the rules fall short"), required=False, max_length=1_000,
        help_text=_("Goes to those who can change the rule."),
    )  # fmt: skip
    responsibility = WordsField(
        label=_("Who was responsible, and what was corrected"), required=False, max_length=1_000
    )
    balance = WordsField(
        label=_("Near and long-term interest weighed"), required=False, max_length=1_000,
        help_text=_("What is gained now, what it costs later, who bears it."),
    )  # fmt: skip
    attachments = FilesField(
        label=_("Photos and files of the result"), required=False, most=5,
        help_text=_("The person sees them beside their own. No faces, please."),
    )  # fmt: skip
    claims_solved = forms.BooleanField(
        label=_("We hold that the matter is solved"), required=False,
        help_text=_("Only the person can confirm it."),
    )  # fmt: skip
    folded: tuple[str, ...] = ("history", "policy_gap", "responsibility", "balance")
    grown = (f"{FINDING}[0-9]+",)

    def prepare(self) -> None:
        case = self.thing
        draft = queries.draft_of(case)
        points = list(case.points.all())
        answers = {row.position: row.text for row in draft.findings.all()} if draft else {}
        self.points = {point.position: point.pk for point in points}
        for position, point in enumerate(points):
            # The place and not the id: gaps between ids tell of cases one may not see.
            name = f"{FINDING}{point.position}"
            self.fields[name] = WordsField(label=point.text, max_length=2_000)
            self.initial[name] = answers.get(position, "")
        self.order_fields(
            [
                "verdict",
                "summary",
                *(f"{FINDING}{position}" for position in self.points),
                *KEPT[2:],
                "attachments",
            ]
        )
        if queries.rounds(case):
            self.folded = ("policy_gap", "responsibility", "balance")
        if KEEP in self.data:
            for field in self.fields.values():
                field.required = False
        if draft is not None:
            self.initial.update({name: getattr(draft, name) for name in KEPT})

    def findings(self) -> dict[int, str]:
        """The answers by the id of their point."""
        return {
            self.points[int(name.removeprefix(FINDING))]: value
            for name, value in self.cleaned_data.items()
            if name.startswith(FINDING)
        }

    def clean(self) -> dict[str, Any]:
        """The answers in the form of the action."""
        data = super().clean() or self.cleaned_data
        answers = {"findings": self.findings(), "attachments": data.get("attachments") or []}
        return {name: data.get(name) for name in KEPT} | answers


class SendBackForm(ActForm):
    """What is missing."""

    text = WordsField(label=_("What is missing"), max_length=2_000)


class AnswerForm(ActForm):
    """An answer on the spot (T3)."""

    summary = WordsField(label=_("The answer"), max_length=2_000)
    basis = WordsField(label=_("The article or rule it comes from"), max_length=1_000, lines=False)


class AnswerBackForm(ActForm):
    """The answer to what the person asked back."""

    text = WordsField(label=_("Your answer"), max_length=2_000)


class LetterForm(ActForm):
    """When the reply was given to the post, and under which number."""

    sent_on = forms.DateField(
        label=_("Given to the post on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reference = WordsField(
        label=_("Register number"), max_length=80, lines=False, required=False,
        help_text=_("If it was registered; the person can then ask the post for it."),
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial.setdefault("sent_on", clock.today())
