"""The only writer of concerns."""

from lianxin.intake.actions.adding import add_words
from lianxin.intake.actions.filing import NewConcern, Receipt, file_concern, file_concerns
from lianxin.intake.actions.hardening import harden_codes
from lianxin.intake.actions.photos import (
    drop_orphans,
    drop_waiting_photos,
    show_result,
    store_photo,
)

__all__ = [
    "NewConcern",
    "Receipt",
    "add_words",
    "drop_orphans",
    "drop_waiting_photos",
    "file_concern",
    "file_concerns",
    "harden_codes",
    "show_result",
    "store_photo",
]
