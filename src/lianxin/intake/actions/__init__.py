"""The only writer of concerns."""

from lianxin.intake.actions.adding import add_rest, add_words
from lianxin.intake.actions.contact import correct_contact, erase_contact
from lianxin.intake.actions.files import (
    drop_orphans,
    drop_waiting,
    remove_files,
    show_result,
    store_authority,
    store_file,
)
from lianxin.intake.actions.filing import NewConcern, Receipt, file_concern, file_concerns
from lianxin.intake.actions.hardening import harden_codes
from lianxin.intake.actions.helping import (
    end_help,
    invite_helper,
    let_follow,
    open_at_desk,
    open_together,
)
from lianxin.intake.actions.holding import release
from lianxin.intake.actions.originals import open_original, open_sealed
from lianxin.intake.actions.renewing import give_code_anew
from lianxin.intake.actions.scanning import scan_files
from lianxin.intake.actions.sealing import open_words, seal_words
from lianxin.intake.actions.telling import choose_notices

__all__ = [
    "NewConcern",
    "Receipt",
    "add_rest",
    "add_words",
    "choose_notices",
    "correct_contact",
    "drop_orphans",
    "drop_waiting",
    "end_help",
    "erase_contact",
    "file_concern",
    "file_concerns",
    "give_code_anew",
    "harden_codes",
    "invite_helper",
    "let_follow",
    "open_at_desk",
    "open_original",
    "open_sealed",
    "open_together",
    "open_words",
    "release",
    "remove_files",
    "scan_files",
    "seal_words",
    "show_result",
    "store_authority",
    "store_file",
]
