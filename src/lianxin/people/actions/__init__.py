"""Every change to units, people, memberships and areas."""

from __future__ import annotations

from lianxin.people.actions.areas import add_area, load_divisions
from lianxin.people.actions.factors import (
    note_second_factor,
    reset_second_factor,
    sign_out_elsewhere,
)
from lianxin.people.actions.interests import declare_interest, end_interest
from lianxin.people.actions.loading import Loaded, RowProblem, load_people, load_units
from lianxin.people.actions.members import add_member, end_membership
from lianxin.people.actions.units import (
    change_unit,
    close_unit,
    create_unit,
    ensure_root,
    move_unit,
)
from lianxin.people.actions.users import (
    add_person,
    add_user,
    bar_user,
    change_own_password,
    change_user,
    set_password,
)

__all__ = [
    "Loaded",
    "RowProblem",
    "add_area",
    "add_member",
    "add_person",
    "add_user",
    "bar_user",
    "change_own_password",
    "change_unit",
    "change_user",
    "close_unit",
    "create_unit",
    "declare_interest",
    "end_interest",
    "end_membership",
    "ensure_root",
    "load_divisions",
    "load_people",
    "load_units",
    "move_unit",
    "note_second_factor",
    "reset_second_factor",
    "set_password",
    "sign_out_elsewhere",
]
