"""What a client system of the desk takes down: the forms of the doors, as the counter's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict

from lianxin.access import Viewer
from lianxin.intake import actions
from lianxin.intake.actions import NewConcern, Receipt
from lianxin.intake.actions.filing import check
from lianxin.intake.channels.api.actions import Once, file_once
from lianxin.intake.channels.door import Door, taken_down
from lianxin.intake.forms.registering import SaidForm
from lianxin.intake.forms.screens import notices_to_choose

if TYPE_CHECKING:
    from lianxin.intake.models import Concern

KEY = "key"
"""Stands in the forms for a browser that sends twice; a program sends its own in a header."""


def registered(form: SaidForm) -> Mapping[str, forms.Field]:
    """What a program may say at a door."""
    return {name: field for name, field in form.fields.items() if name != KEY}


def described(here: Door) -> dict[str, forms.Field]:
    """The same for whoever asks: nothing to choose that depends on the place or on who asks."""
    fields = {name: field for name, field in here.form.base_fields.items() if name != KEY}
    if len(notices_to_choose()) < 2:
        fields.pop("notify", None)
    return fields


def keyed(data: QueryDict) -> QueryDict:
    """With a key that is replaced before anything is filed, unless one was sent in the body."""
    found = data.copy()
    found.setdefault(KEY, "api")
    return found


def register_once(
    once: Once, here: Door, form: SaidForm, *, by: Viewer
) -> tuple[Concern, str | None, bool]:
    """File what a valid form says, as the counter does. Raises Problem, and KeyUsed."""
    new, facts = taken_down(here, form, by=by)
    check(new)

    def make(key: str) -> NewConcern:
        sent = form.cleaned_data["attachments"]
        kept = tuple(actions.store_file(file.copy).uuid for file in sent)
        return replace(new, key=key, attachments=kept)

    def file(new: NewConcern) -> Receipt:
        return here.file(new, facts, by=by)

    return file_once(once, make, file)
