"""What may be written to the journal: registered dataclasses, one per kind of act.

A module's `events.py` declares them; an unknown or repeated name is an error at start-up::

    @register
    class CaseDispatched(Event):
        "A case was given to a unit (转办)."

        name: ClassVar[str] = "cases.dispatched"
        unit: int
        basis: str = ""
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar, Union, dataclass_transform, get_args, get_origin
from typing import get_type_hints as type_hints

NAME = re.compile(r"[a-z_]+\.[a-z_]+(\.[a-z_]+)?\Z")
PRIMITIVES = (str, int, bool, type(None))


@dataclass(frozen=True)
class Event:
    """Base of all events. Its docstring is its documentation; its fields are JSON primitives."""

    name: ClassVar[str] = ""

    def data(self) -> dict[str, object]:
        """The fields by name, in the order they were declared."""
        return dict(self.__dict__)


E = TypeVar("E", bound=type[Event])

_registry: dict[str, type[Event]] = {}


@dataclass_transform(frozen_default=True)
def register(cls: E) -> E:
    """Make `cls` a frozen dataclass and let it be recorded under its `name`.

    Raises TypeError for a bad or repeated name, a missing docstring or a field that JSON cannot
    keep (floats among them: they have no one spelling).
    """
    documented = bool((cls.__doc__ or "").strip()) and "__doc__" in vars(cls)
    made: E = cls if "__dataclass_fields__" in vars(cls) else dataclass(frozen=True)(cls)  # type: ignore[assignment]
    if not NAME.match(made.name):
        raise TypeError(f"{made.__qualname__}: {made.name!r} is not a name like 'cases.dispatched'")
    if made.name in _registry:
        raise TypeError(f"{made.__qualname__}: the name {made.name!r} is already taken")
    if not documented or (made.__doc__ or "").startswith(f"{made.__name__}("):
        raise TypeError(f"{made.__qualname__}: the docstring is the documentation; it is missing")
    hints = type_hints(made)
    for field in fields(made):
        if not _is_plain(hints[field.name]):
            raise TypeError(f"{made.__qualname__}.{field.name}: {hints[field.name]} is not JSON")
    _registry[made.name] = made
    return made


def all_events() -> list[type[Event]]:
    """Every registered event, by name."""
    return [_registry[name] for name in sorted(_registry)]


def is_registered(event: Event) -> bool:
    """Whether this very class, and not a namesake, is registered."""
    return _registry.get(event.name) is type(event)


def load(name: str, data: Mapping[str, Any]) -> Event:
    """The event that was recorded; fields dropped from the class since are left out.

    Raises LookupError for a name nobody registered.
    """
    cls = _registry.get(name)
    if cls is None:
        raise LookupError(f"no event is registered as {name!r}")
    known = {field.name: field.type for field in fields(cls)}
    return cls(**{key: _back(value, known[key]) for key, value in data.items() if key in known})


def field_types(cls: type[Event]) -> Iterator[tuple[str, str]]:
    """(field, type as written) for the reference page."""
    for field in fields(cls):
        kind = field.type
        yield field.name, kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))


def _back(value: Any, kind: object) -> Any:
    # JSON has no tuples: a frozen event that declared one gets one back.
    written = kind if isinstance(kind, str) else str(kind)
    if isinstance(value, list) and written.startswith("tuple"):
        return tuple(value)
    return value


def _is_plain(hint: Any) -> bool:
    if hint in PRIMITIVES:
        return True
    origin, args = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return all(_is_plain(arg) for arg in args)
    if origin in (list, tuple):
        return all(arg is Ellipsis or _is_plain(arg) for arg in args)
    if origin is dict:
        return args[0] is str and _is_plain(args[1])
    return False
