"""File what staff found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lianxin.access import Viewer
from lianxin.intake.actions import NewConcern, Receipt, file_concern


def file_found(new: NewConcern, _facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """File it as nobody's: nobody holds a code, so no code opens it."""
    return file_concern(replace(new, held=False), by=by)
