"""What the sorting module writes to the journal."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class DataLoaded(Event):
    """The category tree, grounds and reasons of the product were loaded."""

    name: ClassVar[str] = "sorting.data_loaded"
    categories: int


@register
class CatalogueChanged(Event):
    """A line of the dispatch catalogue was added or changed."""

    name: ClassVar[str] = "sorting.catalogue_changed"
    item: int
    unit: int
