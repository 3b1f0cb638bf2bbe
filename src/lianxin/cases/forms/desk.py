"""At the intake desk: sort, tell another way, refuse, join, dispatch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.cases import queries
from lianxin.cases.choices import SentBy, Solvability, Source, Standing
from lianxin.cases.policy import closed_units, is_about_conduct
from lianxin.deadlines import queries as clocks
from lianxin.intake import queries as intake
from lianxin.kernel import clock
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import GroundMove, Kind, Urgency
from lianxin.ui.acts import ActForm
from lianxin.ui.forms import WordsField

if TYPE_CHECKING:
    from lianxin.cases.models import Conflict
    from lianxin.people.models import Unit

Choices = list[tuple[Any, Any]]
NONE: Choices = [("", "—")]


def unit_choices(units: Iterable[Unit]) -> Choices:
    """Units with their depth in the tree to the eye."""
    return [*NONE, *((unit.pk, f"{unit.indent}{unit.name}") for unit in units)]


def person_choices(unit_path: str, *roles: str) -> Choices:
    """Who holds one of the roles over a unit."""
    found = sorted(people.viewers_with(unit_path, *roles), key=lambda viewer: viewer.name)
    return [*NONE, *((viewer.user_id, viewer.name) for viewer in found)]


class UnitField(forms.TypedChoiceField):
    """A unit of the tree; becomes its id or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **options)


class PersonField(UnitField):
    """A member of staff; becomes their id or None."""


class SortForm(ActForm):
    """What the dispatcher decides (T4)."""

    kind = forms.ChoiceField(label=_("What sort of concern"), choices=[*NONE, *Kind.choices])
    category = forms.ChoiceField(label=_("Category"))
    urgency = forms.ChoiceField(
        label=_("How urgent"),
        choices=Urgency.choices,
        help_text=_("By the matter, never by who the person is."),
    )
    solvability = forms.ChoiceField(
        label=_("Can it be solved"), choices=Solvability.choices, widget=forms.RadioSelect
    )
    points = WordsField(
        label=_("What the reply must answer"),
        required=False,
        max_length=3_000,
        help_text=_("One point a line. Empty: what the person hopes for."),
    )
    cared_about = forms.BooleanField(label=_("Many people care about it"), required=False)
    direct = forms.BooleanField(label=_("It touches their daily interest"), required=False)
    pressing = forms.BooleanField(label=_("It cannot wait"), required=False)
    priority_reason = WordsField(
        label=_("Why it comes first"), required=False, max_length=300, lines=False
    )
    about = forms.TypedMultipleChoiceField(
        label=_("These names stand in the words. Tick whom the concern is about"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Who is ticked, and who answers to them, sees nothing of the case. "
            "The others are only mentioned."
        ),
    )
    about_unit = UnitField(
        label=_("The concern is about this unit"),
        required=False,
        help_text=_("That unit and what lies below it will see nothing of the case."),
    )
    policy = forms.ChoiceField(label=_("Limits"), required=False)
    folded: tuple[str, ...] = (
        "cared_about",
        "direct",
        "pressing",
        "priority_reason",
        "about_unit",
        "policy",
    )

    def prepare(self) -> None:
        case = self.thing
        self.suggested = sorting.suggest_categories(
            f"{case.concern.words} {case.concern.place}",
            chosen=intake.service_code_of(case.concern_id),
        )
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = category_choices()
        about, policy = self.fields["about_unit"], self.fields["policy"]
        assert isinstance(about, UnitField) and isinstance(policy, forms.ChoiceField)
        about.choices = unit_choices(people.unit_tree(self.viewer))
        conflicts = queries.conflicts_of(case)
        self._offer_found([row for row in conflicts if row.standing == Standing.FOUND])
        now = clocks.rules_by_id(case.policy_id)
        policy.choices = [
            (
                "",
                gettext("As now: %(rules)s") % {"rules": now.title},
            ),
            *((row.code, clocks.rules_by_id(row.pk).title) for row in clocks.policies()),
        ]
        if case.kind:
            self.initial.update(
                {
                    "kind": case.kind,
                    "category": case.category.code if case.category else "",
                    "urgency": case.urgency,
                    "solvability": case.solvability,
                    "points": "\n".join(queries.points_of(case)),
                    "cared_about": case.cared_about,
                    "direct": case.direct,
                    "pressing": case.pressing,
                    "priority_reason": case.priority_reason,
                    "about_unit": next(
                        (row.unit_id for row in conflicts if row.source == Source.DESK), None
                    ),
                }
            )
        else:
            self.initial.update({"urgency": case.urgency, "points": case.concern.wish})

    def _offer_found(self, found: list[Conflict]) -> None:
        """The names found in the words, until somebody has said what is meant."""
        if not found:
            del self.fields["about"]
            return
        field = self.fields["about"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(row.pk, row.party) for row in found]
        # Letting somebody see it takes an act; keeping them away does not.
        self.initial["about"] = [row.pk for row in found]

    def clean_points(self) -> list[str]:
        """One point a line."""
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]


def category_choices() -> Choices:
    """The tree as a select: first levels as groups."""
    groups: dict[str, Choices] = {}
    names: dict[str, str] = {}
    for row in sorting.categories():
        top, dot, _rest = row.code.partition(".")
        if dot:
            groups.setdefault(top, []).append((row.code, row.label))
        else:
            names[top] = row.label
            groups.setdefault(top, [])
    grown: Choices = [*NONE]
    for top, rows in groups.items():
        name = names.get(top, top)
        grown.append((name, [*rows, (top, gettext("%(name)s: other") % {"name": name})]))
    return grown


class GroundForm(ActForm):
    """A ground of the list, and the words the person will read."""

    moves: tuple[str, ...] = (GroundMove.REFER_OUT,)
    ground = forms.ChoiceField(
        label=_("Ground"), help_text=_("Choosing one puts its words below; adapt them.")
    )
    text = WordsField(label=_("What the person will read"), max_length=2_000)

    def prepare(self) -> None:
        self.grounds = sorting.grounds(*self.moves)
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*NONE, *((row.code, row.label) for row in self.grounds)]
        field.widget.attrs["data-fills"] = "act_text"


class AsideForm(GroundForm):
    """Why it is no concern at all."""

    moves = (GroundMove.SET_ASIDE,)


class HandOverForm(GroundForm):
    """To whom, what, when and how; and why, in the words of the person."""

    body = forms.ChoiceField(label=_("To which body"))
    sent = WordsField(
        label=_("What was sent"), max_length=1_000,
        help_text=_("For example: the words and two photos, without name and number."),
    )  # fmt: skip
    way = forms.ChoiceField(label=_("How"), choices=[("", "—"), *SentBy.choices])
    reference = WordsField(
        label=_("Number of the post or of their system"), max_length=80, lines=False, required=False
    )
    sent_on = forms.DateField(label=_("Sent on"), widget=forms.DateInput(attrs={"type": "date"}))
    due_on = forms.DateField(
        label=_("Their receipt is awaited by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Left empty: the usual days of that body, counted from the sending."),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("Name and number go along: the person has agreed"), required=False,
        help_text=_("Without their consent nothing that tells who they are is passed on."),
    )  # fmt: skip
    mentioned = forms.BooleanField(
        label=_("The complaint is not about this body"), required=False,
        help_text=_("It is named, and only mentioned. Nothing goes to those a complaint is about."),
    )  # fmt: skip
    field_order = (
        "body", "mentioned", "ground", "text", "sent", "way", "reference", "sent_on", "due_on",
        "agreed",
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        self.bodies = {row.code: row for row in sorting.bodies()}
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*NONE, *((code, row.label) for code, row in self.bodies.items())]
        self.initial.setdefault("sent_on", clock.today())
        if not is_about_conduct(self.thing):
            del self.fields["mentioned"]

    def clean(self) -> dict[str, Any]:
        """Without a date for the receipt, the usual days of the body."""
        data = super().clean() or self.cleaned_data
        body, sent_on = self.bodies.get(data.get("body", "")), data.get("sent_on")
        if body and sent_on and not data.get("due_on") and "due_on" not in self.errors:
            data["due_on"] = sent_on + timedelta(days=body.receipt_days)
        return data


class ReceiptForm(ActForm):
    """The receipt of an outside body."""

    body = forms.ChoiceField(label=_("Whose receipt"), required=False)
    receipt = WordsField(label=_("Their number"), max_length=80, lines=False)
    received_on = forms.DateField(
        label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def prepare(self) -> None:
        rows = queries.awaited_receipts(self.thing)
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)
        awaited = [(row.body.code, row.body.label) for row in rows]
        field.choices = awaited if len(awaited) == 1 else [*NONE, *awaited]
        self.initial.setdefault("received_on", clock.today())


class NotAcceptForm(GroundForm):
    """Grounds for not accepting."""

    moves = (GroundMove.NOT_ACCEPT,)


class MergeForm(ActForm):
    """Which open case this one joins."""

    parent = forms.CharField(
        label=_("Number of the case it joins"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def prepare(self) -> None:
        self.candidates = queries.same_matter(self.viewer, self.thing)

    def clean_parent(self) -> Any:
        """The case with this number, among those the viewer may see."""
        found = queries.case_numbered(self.viewer, self.cleaned_data["parent"])
        if found is None:
            raise forms.ValidationError(gettext("You see no case with this number."))
        return found


class DispatchForm(ActForm):
    """Which unit leads, who helps, who is responsible (T10)."""

    unit = UnitField(label=_("Unit that deals with it"))
    reason = WordsField(
        label=_("Why this unit"),
        required=False,
        max_length=500,
        lines=False,
        help_text=_("Needed when it is not the unit of the catalogue."),
    )
    leader = PersonField(label=_("Responsible leader"), required=False)
    co_units = forms.TypedMultipleChoiceField(
        label=_("Units that help"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Hold Ctrl to choose several."),
    )
    folded: tuple[str, ...] = ("leader", "co_units")

    def prepare(self) -> None:
        case = self.thing
        self.line = sorting.catalogue_for(case.category, case.concern.area_id)
        closed = closed_units(case)
        units = [unit for unit in people.unit_tree(self.viewer) if unit.active and not closed(unit)]
        unit_field, co_units, leader = (
            self.fields[name] for name in ("unit", "co_units", "leader")
        )
        assert isinstance(unit_field, UnitField) and isinstance(leader, PersonField)
        assert isinstance(co_units, forms.TypedMultipleChoiceField)
        unit_field.choices = unit_choices(units)
        co_units.choices = unit_choices(units)[1:]
        leader.choices = self._leaders(units)
        self.needs_leader = bool(case.category and case.category.needs_leader)
        if self.needs_leader:
            leader.help_text = _("This kind of case needs one.")
            self.folded = ("co_units",)
        if self.line is not None and any(unit.pk == self.line.unit_id for unit in units):
            self.initial.update(
                {
                    "unit": self.line.unit_id,
                    "leader": self.line.leader_id,
                    "co_units": [unit.pk for unit in self.line.co_units.all()],
                }
            )

    def _leaders(self, units: Iterable[Unit]) -> Choices:
        """Every responsible leader of these units with their unit's name."""
        return [*NONE, *people.holders(units, Role.UNIT_LEADER)]
