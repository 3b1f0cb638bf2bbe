"""The tables of a case, one file a subject."""

from lianxin.cases.models.applications import Application, ApplicationKind, Decision, Deferral
from lianxin.cases.models.case import IS_OPEN, Case, Closing, Lane, SavedView, Solvability
from lianxin.cases.models.conflicts import Conflict, Ground, Reading, Source, Standing
from lianxin.cases.models.messages import Message
from lianxin.cases.models.work import (
    Contact,
    CoUnit,
    Handover,
    Point,
    ProgressReport,
    Refusal,
    SentBy,
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
    "Conflict",
    "Contact",
    "Decision",
    "Deferral",
    "Ground",
    "Handover",
    "Lane",
    "Message",
    "Point",
    "ProgressReport",
    "Reading",
    "Refusal",
    "SavedView",
    "SentBy",
    "Solvability",
    "Source",
    "Standing",
    "Supervision",
    "SupervisionKind",
    "Way",
]
