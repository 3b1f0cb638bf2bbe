"""What the rights module writes to the journal."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class EditionPublished(Event):
    """An edition of the privacy notice or of the retention rules was published.

    ``digest`` is the SHA-256 of its content as canonical JSON: a change of it shows.
    """

    name: ClassVar[str] = "rights.edition_published"
    text: str
    number: int
    valid_from: str
    digest: str


@register
class FilesRemoved(Event):
    """The files of a concern were removed because their time was over."""

    name: ClassVar[str] = "rights.files_removed"
    files: int
    days: int
    edition: int


@register
class DataTaken(Event):
    """Whoever holds the code took a copy of what is kept about the concern (PIPL art. 45)."""

    name: ClassVar[str] = "rights.data_taken"
    form: str
