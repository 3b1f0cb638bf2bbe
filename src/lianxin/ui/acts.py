"""What members of staff may do to a thing: one description a button, a form and an action each.

A module lists its own acts in ``acts.py``; ``pages`` puts the lists together. Whether an act is
offered is the policy's answer alone; the form asks, the action decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django import forms
from django.utils.functional import Promise

if TYPE_CHECKING:
    from lianxin.access import Answer, Viewer


class Said(str):
    """What an act says when it went through, where that depends on what it found."""

    __slots__ = ()


class ActForm(forms.Form):
    """The form of one act: it knows the thing it is about and who fills it in.

    ``groups`` orders the fields under short headings: ``((heading, names), ...)``; a heading may
    be empty. ``folded`` names fields that are shown only when one asks for them. ``grown``:
    patterns of the names of fields that `prepare` adds.
    """

    groups: tuple[tuple[str | Promise, tuple[str, ...]], ...] = ()
    folded: tuple[str, ...] = ()
    grown: tuple[str, ...] = ()

    def __init__(self, *args: Any, thing: Any, viewer: Viewer, **options: Any) -> None:
        options["auto_id"] = "act_%s"
        super().__init__(*args, **options)
        self.thing = thing
        self.viewer = viewer
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values."""

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are always open."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        """The fields behind "more"."""
        return [self[name] for name in self.folded if name in self.fields]

    @property
    def unfold(self) -> bool:
        """Whether something behind "more" is filled in or needs another look."""
        return any(field.errors or field.value() for field in self.folded_fields)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing a person may do now.

    ``may(viewer, thing)`` is the policy's answer; ``run(thing, cleaned, by)`` calls one action and
    raises ``Problem`` or ``Refused``. ``keep`` saves an unfinished form. ``above`` is a template
    shown over the form, with what ``show(thing, viewer)`` tells it. ``done`` is said afterwards,
    unless ``run`` returns a `Said`.
    """

    name: str
    label: str | Promise
    key: str
    may: Callable[[Viewer, Any], Answer]
    run: Callable[[Any, Mapping[str, Any], Viewer], object]
    done: str | Promise
    form: type[ActForm] = ActForm
    hint: str | Promise = ""
    button: str | Promise = ""
    tone: Literal["", "primary", "danger"] = ""
    likely: Callable[[Any], bool] | None = None
    """Whether a primary act is the next step of this very thing; always, when it does not say."""
    keep: Callable[[Any, Mapping[str, Any], Viewer], object] | None = None
    above: str = ""
    show: Callable[[Any, Viewer], Mapping[str, Any]] | None = None
    roles: tuple[str, ...] = ()
    """Whose work this is, to tell what "why not" should speak of."""

    @property
    def keeps(self) -> bool:
        """Whether an unfinished form can be kept; a template would call ``keep`` itself."""
        return self.keep is not None

    def is_next(self, thing: Any) -> bool:
        """Whether this is what somebody most likely came to do."""
        return self.tone == "primary" and (self.likely is None or self.likely(thing))
