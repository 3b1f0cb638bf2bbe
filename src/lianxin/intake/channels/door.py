"""What a door is by which staff take down what somebody says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language

from lianxin.access import Viewer
from lianxin.intake.actions import NewConcern, Receipt, file_concern
from lianxin.intake.choices import Channel
from lianxin.intake.forms.registering import SaidForm

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


class Files(Protocol):
    """How a door files: the concern, and what only this door knows about it."""

    def __call__(self, new: NewConcern, facts: Mapping[str, Any], /, *, by: Viewer) -> Receipt:
        """The receipt of the concern. Raises Problem at the field."""


def _file(new: NewConcern, _facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    return file_concern(new, by=by)


def _nothing(_concern: Concern) -> str:
    return ""


@dataclass(frozen=True)
class Door:
    """One door with the form for it.

    ``file`` keeps what the form's ``FACTS`` hold, ``told`` says it to staff in some words.
    ``empty``: the form asks the same of everybody, so that a device may keep it for later.
    """

    channel: Channel
    title: Promise
    form: type[SaidForm]
    file: Files = _file
    told: Callable[[Concern], str] = _nothing
    empty: bool = True

    @property
    def name(self) -> str:
        """As it stands in the address."""
        return self.channel.value.replace("_", "-")


CONTACT = ("name", "phone", "email", "address")


def taken_down(here: Door, form: SaidForm, *, by: Viewer) -> tuple[NewConcern, Mapping[str, Any]]:
    """What a valid form says, without its files, and what only its door knows."""
    data: dict[str, Any] = dict(form.cleaned_data)
    del data["attachments"]
    facts = {name: data.pop(name) for name in form.FACTS}
    new = NewConcern(
        channel=here.channel,
        contact={name: data.pop(name) for name in CONTACT if name in data},
        area_id=data.pop("area"),
        language=get_language() or settings.LANGUAGE_CODE,
        registered_by_id=by.user_id,
        **data,
    )
    return new, facts
