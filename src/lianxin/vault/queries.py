"""What the vault tells without opening anything."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lianxin.vault.models import Entry


def fields(owner: UUID) -> list[str]:
    """Names of the fields sealed for this owner."""
    return fields_of([owner])[owner]


def fields_of(owners: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The same for many owners with one query."""
    found: dict[UUID, set[str]] = {owner: set() for owner in owners}
    rows = Entry.objects.filter(owner__in=list(found)).values_list("owner", "field")
    for owner, field in rows:
        found[owner].add(field)
    return {owner: sorted(names) for owner, names in found.items()}
