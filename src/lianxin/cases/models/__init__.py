"""The tables of a case, one file a subject."""

from lianxin.cases.models.applications import Application, ApplicationKind, Decision, Deferral
from lianxin.cases.models.case import IS_OPEN, Case, Closing, Lane, SavedView, Solvability
from lianxin.cases.models.work import (
    Contact,
    CoUnit,
    Point,
    ProgressReport,
    Refusal,
    Supervision,
    SupervisionKind,
    Way,
)

__all__ = [
    "IS_OPEN",
    "Application",
    "ApplicationKind",
    "Case",
    "Closing",
    "CoUnit",
    "Contact",
    "Decision",
    "Deferral",
    "Lane",
    "Point",
    "ProgressReport",
    "Refusal",
    "SavedView",
    "Solvability",
    "Supervision",
    "SupervisionKind",
    "Way",
]
