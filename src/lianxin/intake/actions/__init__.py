"""The only writer of concerns."""

from lianxin.intake.actions.adding import add_words
from lianxin.intake.actions.files import drop_orphans, drop_waiting, show_result, store_file
from lianxin.intake.actions.filing import NewConcern, Receipt, file_concern, file_concerns
from lianxin.intake.actions.hardening import harden_codes
from lianxin.intake.actions.originals import open_original
from lianxin.intake.actions.scanning import scan_files

__all__ = [
    "NewConcern",
    "Receipt",
    "add_words",
    "drop_orphans",
    "drop_waiting",
    "file_concern",
    "file_concerns",
    "harden_codes",
    "open_original",
    "scan_files",
    "show_result",
    "store_file",
]
