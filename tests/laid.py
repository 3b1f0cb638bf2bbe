"""Rows that actions made once in a process, laid down again for each further test."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from lianxin.database import rows

T = TypeVar("T")


@dataclass(frozen=True)
class Laid(Generic[T]):
    """What was built on an empty ground, with every row that building it added."""

    built: T
    added: dict[type[Model], list[Model]]

    @classmethod
    def by(cls, build: Callable[[], T]) -> Self:
        """Build it. Only new rows are remembered, none that were changed."""
        before = {model: _keys(model) for model in apps.get_models(include_auto_created=True)}
        built = copy.deepcopy(build())
        new = {model: sorted(_keys(model) - keys) for model, keys in before.items()}
        return cls(
            built,
            {
                model: list(model._default_manager.filter(pk__in=keys).order_by("pk"))
                for model, keys in new.items()
                if keys
            },
        )

    def fits(self) -> bool:
        """Whether none of the tables it needs holds a row."""
        return not any(model._default_manager.exists() for model in self.added)

    def again(self) -> T:
        """Lay all rows down once more; what was built, as nobody has touched it."""
        with transaction.atomic():
            for added in self.added.values():
                rows.insert(copy.deepcopy(added))
        return copy.deepcopy(self.built)


def _keys(model: type[Model]) -> set[Any]:
    return set(model._default_manager.values_list("pk", flat=True))
