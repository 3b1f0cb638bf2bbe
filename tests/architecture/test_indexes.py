"""Each row is written to as few indexes as its questions need: none is the beginning of another."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model, UniqueConstraint


def unconditional(model: type[Model]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Name, columns in order, and whether it only serves to find rows."""
    for field in model._meta.local_concrete_fields:
        if field.unique or getattr(field, "db_index", False):
            yield field.name, (field.name,), not field.unique
    for index in model._meta.indexes:
        if index.condition is None and index.fields:
            yield index.name, tuple(name for name, _way in index.fields_orders), True
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            yield constraint.name, tuple(constraint.fields), False


def test_no_index_is_the_beginning_of_another() -> None:
    models = [model for model in apps.get_models() if model.__module__.startswith("lianxin.")]
    assert models
    idle = []
    for model in models:
        found = list(unconditional(model))
        for name, columns, only_finds in found:
            longer = [other for other, more, _ in found if more[: len(columns)] == columns]
            if only_finds and len(longer) > 1:
                idle.append(f"{model._meta.label}: {name} beside {longer}")
    assert idle == []
