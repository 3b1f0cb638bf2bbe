"""Words of a case that other modules use."""

from __future__ import annotations

from lianxin.cases.models import (
    ApplicationKind,
    Closing,
    Decision,
    Ground,
    Lane,
    SentBy,
    Solvability,
    Source,
    Standing,
    SupervisionKind,
    Way,
)

__all__ = [
    "ApplicationKind",
    "Closing",
    "Decision",
    "Ground",
    "Lane",
    "SentBy",
    "Solvability",
    "Source",
    "Standing",
    "SupervisionKind",
    "Way",
]
