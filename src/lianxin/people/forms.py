"""Forms of the desk's pages. What a value must be like is decided by the actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.access import Refused, Viewer
from lianxin.kernel.problems import Problem
from lianxin.people import queries
from lianxin.people.models import InterestKind, Unit, UnitKind, User
from lianxin.people.queries import users_called
from lianxin.people.roles import Role

LONGEST = 500
ROLES = [("", _("Please choose")), *Role.choices]
KINDS = [("", _("Please choose")), *UnitKind.choices]


def only_one_called(typed: str) -> User:
    """The one person with a name or user name that was typed; ValidationError else."""
    found = users_called(typed)
    if not found:
        raise forms.ValidationError(gettext("Nobody has this name or user name."))
    if len(found) > 1:
        raise forms.ValidationError(
            gettext("Several people have this name. Please give the user name: %(names)s")
            % {"names": "、".join(user.username for user in found)}
        )
    return found[0]


def units_to_choose(viewer: Viewer, *roles: str) -> list[tuple[Any, str]]:
    """The units where somebody holds one of the roles, and those below, for a list on a form."""
    units = queries.units_by_id(queries.units_below(viewer, *roles))
    named = [(row.pk, f"{row.indent}{row.label}") for row in units if row.active]
    return [("", "—"), *named]


def attempt(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Run an action with the form's values; put what it finds wrong at the fields."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Problem as problem:
        for field, messages in problem.messages.items():
            for message in messages:
                form.add_error(field if field in form.fields else None, message)
        return False
    except Refused as refused:
        form.add_error(None, refused.reason)
        return False
    return True


class UnitForm(forms.Form):
    """A new unit below another one."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST)
    short_name = forms.CharField(
        label=_("Short name"), required=False, max_length=LONGEST,
        help_text=_("For lists and receipts, for example without the county's name."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=LONGEST)
    window = forms.BooleanField(
        label=_("A window unit: residents come here in person"), required=False
    )


class UnitChangeForm(UnitForm):
    """A unit's details and its place in the tree."""

    parent = forms.TypedChoiceField(
        label=_("Belongs to"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, places: Iterable[Unit] = (), top: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if top:
            del self.fields["parent"]
            return
        field = self.fields["parent"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(unit.pk, unit.indent + unit.name) for unit in places]
        field.required = True


class MemberForm(forms.Form):
    """A role for somebody who is already known."""

    username = forms.CharField(label=_("User name"), max_length=LONGEST)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    since = forms.DateField(label=_("First day"), required=False, help_text=_("Empty: from today."))
    until = forms.DateField(label=_("First day without the role"), required=False)


class PersonForm(forms.Form):
    """A person's details."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=LONGEST)
    post = forms.CharField(label=_("Post held"), required=False, max_length=LONGEST)
    phone = forms.CharField(label=_("Mobile"), required=False, max_length=LONGEST)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=LONGEST)


class ResetForm(forms.Form):
    """Why somebody's second step is reset."""

    reason = forms.CharField(
        label=_("Why?"), max_length=LONGEST,
        help_text=_(
            "For example: telephone lost, came in person with the staff card. It stands in the "
            "record with your name, and the person is told."
        ),
    )  # fmt: skip


class NewPersonForm(PersonForm):
    """Somebody new. A role is given by the security administrator."""

    username = forms.CharField(
        label=_("User name"), max_length=LONGEST,
        help_text=_("For signing in: letters and digits, for example the staff number."),
    )  # fmt: skip
    field_order = ("name", "username", "post", "phone", "email")


class InterestForm(forms.Form):
    """Whom or what one must not deal with."""

    kind = forms.ChoiceField(
        label=_("What ties you to it"), choices=InterestKind.choices, widget=forms.RadioSelect
    )
    person = forms.CharField(
        label=_("A colleague"), required=False, max_length=LONGEST,
        help_text=_("Name or user name of a relative who works for one of the units here."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(
        label=_("Or a unit"), coerce=int, empty_value=None, required=False
    )
    name = forms.CharField(
        label=_("Or a name in words"), required=False, max_length=LONGEST,
        help_text=_("A business, or a relative outside. Concerns that contain it are kept from "
                    "you until the desk has looked. Nobody else reads this list."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: Iterable[Unit] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["unit"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "—"), *((unit.pk, unit.indent + unit.name) for unit in units)]

    def clean_person(self) -> User | None:
        """The one colleague with this name."""
        typed = self.cleaned_data["person"].strip()
        if not typed:
            return None
        return only_one_called(typed)
