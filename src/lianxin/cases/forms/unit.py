"""At the unit: return, name the handler, contact, ask, defer, report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.cases import queries
from lianxin.cases.actions import Milestone
from lianxin.cases.choices import Way
from lianxin.cases.forms.desk import NONE, PersonField, UnitField, person_choices, unit_choices
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.promises import queries as promises
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import GroundMove
from lianxin.ui.acts import ActForm
from lianxin.ui.forms import WordsField

STEPS = 6
MOST_OTHERS = 50
ALL = "all"
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def choose(form: ActForm, name: str, choices: list[Any]) -> None:
    """Put choices into a field of a form."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def rules_of(case: Any) -> Any:
    """The limits the case lives by."""
    return clocks.rules_by_id(case.policy_id)


class ReturnForm(ActForm):
    """Not ours (T12)."""

    reason = forms.ChoiceField(label=_("Ground"))
    text = WordsField(label=_("Why it is not ours"), max_length=2_000)
    basis = WordsField(
        label=_("Basis"),
        max_length=300,
        lines=False,
        help_text=_("The rule, or the line in the list of duties."),
    )
    unit = UnitField(label=_("Whose it is"), required=False)

    def prepare(self) -> None:
        choose(self, "reason", [*NONE, *sorting.reasons("return_grounds")])
        units = [unit for unit in people.unit_tree(self.viewer) if unit.active]
        choose(self, "unit", unit_choices(units))


class AssignForm(ActForm):
    """Who works on it (T15)."""

    handler = PersonField(label=_("Handler"))
    leader = PersonField(label=_("Responsible leader"), required=False)

    def prepare(self) -> None:
        path = self.thing.lead_unit.path
        choose(self, "handler", person_choices(path, Role.HANDLER, Role.COMMUNITY_SECRETARY))
        choose(self, "leader", person_choices(path, Role.UNIT_LEADER))
        self.initial.update({"handler": self.thing.handler_id, "leader": self.thing.leader_id})


class StartForm(ActForm):
    """The declaration before work begins (petitions art. 28)."""

    no_interest = forms.BooleanField(
        label=_("Neither I nor my family has an interest in this matter"),
        required=False,
        help_text=_("If you have one, do not start: ask for another handler."),
    )


class ContactForm(ActForm):
    """A try to talk with the person (T16)."""

    way = forms.ChoiceField(label=_("How"), choices=Way.choices, widget=forms.RadioSelect)
    reached = forms.ChoiceField(label=_("Reached"), choices=YES_NO, widget=forms.RadioSelect)
    text = WordsField(
        label=_("What was said"),
        max_length=2_000,
        help_text=_("Or that nobody answered. The person does not read this."),
    )
    at = forms.DateTimeField(
        label=_("When"), required=False, help_text=_("Empty: now."), widget=forms.DateTimeInput
    )
    explained = forms.BooleanField(
        label=_("We explained why it cannot be met as asked"), required=False
    )
    understood = forms.BooleanField(label=_("The person understood it"), required=False)
    folded = ("at", "explained", "understood")

    def prepare(self) -> None:
        self.initial.update({"way": Way.PHONE, "reached": "yes"})

    def clean_reached(self) -> bool:
        """Whether somebody answered."""
        return bool(self.cleaned_data["reached"] == "yes")

    def clean_at(self) -> Any:
        """A moment near enough to be one."""
        at = self.cleaned_data["at"]
        if at is not None and not 1990 <= at.year <= 2100:
            raise forms.ValidationError(gettext("Please check the year."))
        return at


class AskInfoForm(ActForm):
    """A list of things, asked once (T17)."""

    text = WordsField(
        label=_("What you need from the person"),
        max_length=2_000,
        help_text=_("Everything at once, in plain words: they are asked only once."),
    )

    def prepare(self) -> None:
        self.usual = [label for _code, label in sorting.reasons("waiting_for")]
        if self.usual:
            self.fields["text"].help_text = gettext(
                "Everything at once, in plain words: they are asked once. Often needed: %(list)s."
            ) % {"list": "、".join(self.usual)}


class ResumeForm(ActForm):
    """Whether what was asked for has come (T18)."""

    came = forms.ChoiceField(
        label=_("The information"),
        choices=[("yes", _("It came")), ("no", _("It did not come; go on with what there is"))],
        widget=forms.RadioSelect,
    )


class WhistleForm(ActForm):
    """Call in another unit 吹哨 (T19)."""

    unit = UnitField(label=_("Unit to call in"))
    task = WordsField(label=_("What you need from them"), max_length=500)

    def prepare(self) -> None:
        units = [
            unit
            for unit in people.unit_tree(self.viewer)
            if unit.active and unit.pk != self.thing.lead_unit_id
        ]
        choose(self, "unit", unit_choices(units))


class WhistleAnswerForm(ActForm):
    """What the unit that was called in did."""

    call = PersonField(label=_("Request for help"), widget=forms.HiddenInput)
    result = WordsField(label=_("What you did"), max_length=1_000)

    def prepare(self) -> None:
        self.calls = queries.calls_on(self.viewer, self.thing)
        if len(self.calls) > 1:
            self.fields["call"].widget = forms.Select(choices=[])
        elif self.calls:
            self.initial["call"] = self.calls[0].unit_id
        offered = [(row.unit_id, f"{row.unit.label}: {row.task}") for row in self.calls]
        choose(self, "call", offered)

    def clean_call(self) -> Any:
        """The row, among those that wait for this viewer."""
        return next(row for row in self.calls if row.unit_id == self.cleaned_data["call"])


class ExtensionForm(ActForm):
    """More time, asked before the limit (T24)."""

    days = forms.IntegerField(label=_("How many days more"), min_value=1, max_value=400)
    reason = forms.ChoiceField(label=_("Ground"))
    text = WordsField(
        label=_("Why, in words the person will read"),
        max_length=2_000,
    )

    def prepare(self) -> None:
        choose(self, "reason", [*NONE, *sorting.reasons("extension_reasons")])
        longest = rules_of(self.thing).span("extension")
        if longest is not None:
            self.fields["days"].help_text = gettext(
                "At most %(most)s, and only once; asked before the limit."
            ) % {"most": longest.value}


class DeferralForm(ActForm):
    """What a deferral 挂账 must say (T25, M37)."""

    facts = WordsField(label=_("What you found out"), max_length=2_000)
    why = WordsField(label=_("Why it cannot be solved now"), max_length=2_000)
    conditions = WordsField(label=_("What you will do to make it possible"), max_length=2_000)
    leader = PersonField(label=_("Responsible leader"))
    next_report_on = forms.DateField(label=_("Next report to the person"))
    grown = (f"step_[1-{STEPS}](_on)?",)

    def prepare(self) -> None:
        choose(self, "leader", person_choices(self.thing.lead_unit.path, Role.UNIT_LEADER))
        for step in range(1, STEPS + 1):
            self.fields[f"step_{step}"] = WordsField(
                label=gettext("Step %(n)s") % {"n": step},
                required=step == 1,
                max_length=500,
                lines=False,
            )
            self.fields[f"step_{step}_on"] = forms.DateField(
                label=gettext("Step %(n)s is done by") % {"n": step}, required=step == 1
            )
        self.folded = tuple(
            f"step_{step}{end}" for step in range(3, STEPS + 1) for end in ("", "_on")
        )
        report = rules_of(self.thing).span("deferral.report_every")
        days = report.value if report else 30
        self.initial.update(
            {
                "leader": self.thing.leader_id,
                "next_report_on": clock.today() + timedelta(days=days),
            }
        )

    def clean(self) -> dict[str, Any]:
        """A step without a date, or a date without a step, is told at its field."""
        data = super().clean() or self.cleaned_data
        steps = []
        for step in range(1, STEPS + 1):
            text, on = data.get(f"step_{step}"), data.get(f"step_{step}_on")
            if text and on:
                steps.append(Milestone(text, on))
            elif text and f"step_{step}_on" not in self.errors:
                self.add_error(f"step_{step}_on", gettext("By which day?"))
            elif on and f"step_{step}" not in self.errors:
                self.add_error(f"step_{step}", gettext("What will be done by then?"))
        data["milestones"] = steps
        return data


class ProgressForm(ActForm):
    """A report on a deferred case (T26)."""

    text = WordsField(label=_("What has been done; the person reads it"), max_length=2_000)
    next_report_on = forms.DateField(label=_("Next report to the person"))

    def prepare(self) -> None:
        report = rules_of(self.thing).span("deferral.report_every")
        days = report.value if report else 30
        self.initial["next_report_on"] = clock.today() + timedelta(days=days)


class TerminationForm(ActForm):
    """Propose to end the handling (T42)."""

    ground = forms.ChoiceField(label=_("Ground"))
    text = WordsField(label=_("What the person will read"), max_length=2_000)

    def prepare(self) -> None:
        self.grounds = sorting.grounds(GroundMove.TERMINATE)
        choose(self, "ground", [*NONE, *((row.code, row.label) for row in self.grounds)])
        self.fields["ground"].widget.attrs["data-fills"] = "act_text"


class SupervisionAnswerForm(ActForm):
    """What was done about a supervision."""

    row = PersonField(label=_("Supervision"))
    text = WordsField(label=_("What was done"), max_length=2_000)

    def prepare(self) -> None:
        self.rows = queries.open_supervisions(self.thing)
        choose(self, "row", [(n, row.basis) for n, row in self.rows.items()])

    def clean_row(self) -> Any:
        """The row, among those that wait for an answer."""
        return self.rows[self.cleaned_data["row"]]


class PromiseForm(ActForm):
    """How a promise ended."""

    promise = PersonField(label=_("Promise"))
    kept = forms.ChoiceField(
        label=_("It was"),
        choices=[("yes", _("Kept")), ("no", _("Broken"))],
        widget=forms.RadioSelect,
    )
    evidence = WordsField(
        label=_("What shows it, or why it was not done"),
        max_length=1_000,
        help_text=_("The person reads it and says whether it is so."),
    )

    def prepare(self) -> None:
        self.rows = promises.numbered(self.thing.subject, open_only=True)
        offered = [(n, f"{row.due_on:%m-%d} {row.text}") for n, row in self.rows.items()]
        choose(self, "promise", offered)

    def clean_kept(self) -> bool:
        """Whether it was kept."""
        return bool(self.cleaned_data["kept"] == "yes")

    def clean_promise(self) -> Any:
        """The row, among those still open."""
        return self.rows[self.cleaned_data["promise"]]


class WriteForm(ActForm):
    """What the person shall read, or one of those who were joined, or all of them."""

    to = forms.ChoiceField(label=_("To"), required=False)
    number = forms.CharField(
        label=_("Or to the person with the number"), required=False, max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The list holds the newest. Everybody who was joined can be written to."),
    )  # fmt: skip
    text = WordsField(
        label=_("Your message"),
        max_length=2_000,
        help_text=_("One question at a time. It cannot be changed afterwards."),
    )

    def prepare(self) -> None:
        """Those who were joined, the newest first, and how many there are."""
        rows = queries.joined_cases(self.viewer, self.thing, limit=MOST_OTHERS)
        n = queries.joined_counts(self.viewer, [self.thing.pk]).get(self.thing.pk, 0)
        self.others = {row.concern.number: row for row in rows}
        first = _("Whoever raised it first: %s") % format_number(self.thing.concern.number)
        numbers = [(number, format_number(number)) for number in self.others]
        everybody = gettext("All %(n)s people who raised it") % {"n": n + 1}
        choose(self, "to", [("", first), (ALL, everybody), *numbers])
        if not n:
            del self.fields["to"]
        if n <= MOST_OTHERS:
            del self.fields["number"]

    def clean_to(self) -> Any:
        """The case of whoever was joined; None for the first; ALL."""
        to = self.cleaned_data["to"]
        return ALL if to == ALL else self.others.get(to)

    def clean_number(self) -> Any:
        """The case of somebody who was joined, by the number that was typed."""
        typed = self.cleaned_data["number"]
        found = queries.joined_with(self.viewer, self.thing, typed) if typed else None
        if typed and found is None:
            raise forms.ValidationError(gettext("Nobody with this number was joined to it."))
        return found
