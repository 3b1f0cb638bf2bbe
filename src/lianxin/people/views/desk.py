"""The administrator's pages: the tree of units, who works there, and what they may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin import access
from lianxin.kernel.problems import Problem
from lianxin.people import actions, policy, queries, second_factor
from lianxin.people.forms import (
    MemberForm,
    NewPersonForm,
    PersonForm,
    ResetForm,
    UnitChangeForm,
    UnitForm,
    attempt,
)
from lianxin.people.http import StaffRequest
from lianxin.people.models import Membership, Unit, User
from lianxin.people.roles import Role

admin = access.staff(Role.SYS_ADMIN)
security = access.staff(Role.SEC_ADMIN)
either = access.staff(Role.SYS_ADMIN, Role.SEC_ADMIN)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _managed(request: StaffRequest, pk: int) -> Unit:
    """A unit this administrator manages; anything else is not found."""
    unit = access.get_or_404(request.viewer, Unit, pk=pk)
    return _theirs(unit, policy.may_manage_unit(request.viewer, unit.path))


def _seen(request: StaffRequest, pk: int) -> Unit:
    """A unit this administrator looks after, be it for its accounts or for its roles."""
    unit = access.get_or_404(request.viewer, Unit, pk=pk)
    return _theirs(unit, policy.may_see_unit(request.viewer, unit.path))


def _theirs(unit: Unit, answer: access.Answer) -> Unit:
    """That a unit exists is known to all; its page exists for those who look after it."""
    if not answer:
        raise Http404
    return unit


def _with_tree(request: StaffRequest, current: Unit | None = None, **more: Any) -> dict[str, Any]:
    tree = queries.managed_tree(request.viewer)
    keeps = {
        "keeps_units": bool(policy.may_manage_people(request.viewer)),
        "keeps_roles": request.viewer.has(Role.SEC_ADMIN),
    }
    typed = request.GET.get("q", "")[:60]
    return {"tree": tree, "unit": current, "search_here": typed, **keeps, **more}


@either
@require_GET
def units(request: StaffRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:60]
    found = queries.find_unit(request.viewer, text) if text.strip() else None
    waiting = queries.without_role(request.viewer)
    return render(request, "people/units.html", _with_tree(request, found=found, waiting=waiting))


@either
@require_GET
def unit(request: StaffRequest, pk: int) -> HttpResponse:
    here = _seen(request, pk)
    context = _with_tree(
        request,
        here,
        may_manage=policy.may_manage_unit(request.viewer, here.path),
        may_change_roles=policy.may_change_roles(request.viewer, here.path),
        above=queries.units_above(here.path),
        members=queries.people_of(request.viewer, [here]),
    )
    return render(request, "people/unit.html", context)


@admin
@get_or_post
def unit_add(request: StaffRequest, pk: int) -> HttpResponse:
    parent = _managed(request, pk)
    form = UnitForm(request.POST or None)
    made: list[Unit] = []
    if request.method == "POST" and attempt(
        form,
        lambda data: made.append(actions.create_unit(parent=parent, by=request.viewer, **data)),
    ):
        messages.success(request, _("%(name)s is in the tree.") % {"name": made[0].name})
        return redirect("people_unit", made[0].pk)
    title = _("A new unit below %(name)s") % {"name": parent.name}
    return _form(request, parent, form, title)


@admin
@get_or_post
def unit_change(request: StaffRequest, pk: int) -> HttpResponse:
    here = _managed(request, pk)
    top = here.parent_id is None or not policy.may_manage_unit(
        request.viewer, here.path[: -len("0000.")]
    )
    places = [u for u in queries.managed_tree(request.viewer) if u.active]
    places = [u for u in places if not u.path.startswith(here.path)]
    initial = {
        name: getattr(here, name) for name in ("name", "short_name", "kind", "phone", "window")
    }
    form = UnitChangeForm(
        request.POST or None, initial=initial | {"parent": here.parent_id}, places=places, top=top
    )

    def change(data: dict[str, Any]) -> None:
        parent_id = data.pop("parent", here.parent_id)
        with transaction.atomic():
            changed = actions.change_unit(unit=here, by=request.viewer, **data)
            if parent_id != here.parent_id:
                parent = next(place for place in places if place.pk == parent_id)
                actions.move_unit(unit=changed, parent=parent, by=request.viewer)

    if request.method == "POST" and attempt(form, change):
        messages.success(request, _("Changed."))
        return redirect("people_unit", here.pk)
    return _form(request, here, form, _("Change %(name)s") % {"name": here.name})


@admin
@require_POST
def unit_close(request: StaffRequest, pk: int) -> HttpResponse:
    here = _managed(request, pk)
    try:
        actions.close_unit(unit=here, by=request.viewer)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("%(name)s is closed.") % {"name": here.name})
    return redirect("people_unit", here.pk)


@security
@get_or_post
def member_add(request: StaffRequest, pk: int) -> HttpResponse:
    here = access.get_or_404(request.viewer, Unit, pk=pk)
    _theirs(here, policy.may_change_roles(request.viewer, here.path))
    form = MemberForm(request.POST or None)

    def add(data: dict[str, Any]) -> None:
        person = queries.user_called(data.pop("username"))
        actions.add_member(user=person, unit=here, by=request.viewer, **data)

    if request.method == "POST" and attempt(form, add):
        messages.success(request, _("The role is given."))
        return redirect("people_unit", here.pk)
    title = _("A role at %(name)s for somebody known") % {"name": here.name}
    return _form(request, here, form, title)


@security
@require_POST
def membership_end(request: StaffRequest, pk: int) -> HttpResponse:
    membership = access.get_or_404(request.viewer, Membership, pk=pk)
    try:
        actions.end_membership(membership=membership, by=request.viewer)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The role has ended."))
    return redirect("people_unit", membership.unit_id)


@admin
@never_cache
@get_or_post
def user_add(request: StaffRequest, pk: int) -> HttpResponse:
    here = _managed(request, pk)
    form = NewPersonForm(request.POST or None)
    made: list[tuple[User, str]] = []

    def add(data: dict[str, Any]) -> None:
        made.append(actions.add_person(by=request.viewer, **data))

    if request.method == "POST" and attempt(form, add):
        return _password_page(request, *made[0])
    return _form(request, here, form, _("A new person at %(name)s") % {"name": here.name})


@either
@require_GET
def user(request: StaffRequest, pk: int) -> HttpResponse:
    person = access.get_or_404(request.viewer, User, pk=pk)
    paths = queries.paths_of_user(pk)
    context = _with_tree(
        request,
        person=person,
        held=queries.roles_of(request.viewer, person),
        may_manage=policy.may_manage_user(request.viewer, paths),
        may_reset=policy.may_reset_second_factor(request.viewer, pk, paths),
        has_second=second_factor.has_main(person),
    )
    return render(request, "people/person.html", context)


@admin
@get_or_post
def user_change(request: StaffRequest, pk: int) -> HttpResponse:
    person = access.get_or_404(request.viewer, User, pk=pk)
    if pk != request.viewer.user_id:
        access.require(policy.may_manage_user(request.viewer, queries.paths_of_user(pk)))
    initial = {name: getattr(person, name) for name in ("name", "post", "phone", "email")}
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda data: actions.change_user(user=person, by=request.viewer, **data)
    ):
        messages.success(request, _("Changed."))
        return redirect("people_user", pk)
    return _form(request, None, form, _("Change %(name)s") % {"name": person.name})


@admin
@never_cache
@require_POST
def user_password(request: StaffRequest, pk: int) -> HttpResponse:
    person = access.get_or_404(request.viewer, User, pk=pk)
    return _password_page(request, person, actions.set_password(user=person, by=request.viewer))


@access.staff(Role.SEC_ADMIN, fresh=True)
@get_or_post
def user_second(request: StaffRequest, pk: int) -> HttpResponse:
    """Reset somebody's second step, with a reason."""
    person = access.get_or_404(request.viewer, User, pk=pk)
    access.require(policy.may_reset_second_factor(request.viewer, pk, queries.paths_of_user(pk)))
    form = ResetForm(request.POST or None)
    if request.method == "POST" and attempt(
        form, lambda data: actions.reset_second_factor(user=person, by=request.viewer, **data)
    ):
        messages.success(
            request,
            _("%(name)s sets up a new second step at the next sign-in.") % {"name": person.name},
        )
        return redirect("people_user", pk)
    return _form(
        request, None, form, _("Reset the second step of %(name)s") % {"name": person.name}
    )


@admin
@require_POST
def user_bar(request: StaffRequest, pk: int) -> HttpResponse:
    person = access.get_or_404(request.viewer, User, pk=pk)
    actions.bar_user(user=person, by=request.viewer)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
    return redirect("people_user", pk)


def _form(request: StaffRequest, here: Unit | None, form: Any, title: str) -> HttpResponse:
    context = _with_tree(request, here, form=form, title=title)
    return render(request, "people/form.html", context)


def _password_page(request: StaffRequest, person: User, password: str) -> HttpResponse:
    held = queries.roles_of(request.viewer, person)
    context = _with_tree(request, person=person, password=password, held=held)
    return render(request, "people/password.html", context)
