"""What a viewer can see. The only truth for pages, lists, counts, search, exports and messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.utils import DataError
from django.http import Http404

from lianxin.access.viewer import Viewer

M = TypeVar("M", bound=models.Model)
Scoping = Callable[[Viewer, "models.QuerySet[Any]"], "models.QuerySet[Any]"]

_scopings: dict[str, Scoping] = {}


def scoping(label: str) -> Callable[[Scoping], Scoping]:
    """Register the function that narrows a model's rows to a viewer: ``@scoping("cases.Case")``."""

    def register(function: Scoping) -> Scoping:
        key = label.lower()
        known = _scopings.get(key)
        if known is not None and known.__qualname__ != function.__qualname__:
            raise ImproperlyConfigured(f"two scopings for {label}")
        _scopings[key] = function
        return function

    return register


def scope(viewer: Viewer, model: type[M]) -> models.QuerySet[M]:
    """The rows of a model this viewer may see; none when the model registered no scoping.

    The system sees all rows of a registered model.
    """
    rows: models.QuerySet[M] = model._default_manager.all()
    narrow = _scopings.get(model._meta.label_lower)
    if narrow is None:
        return rows.none()
    return rows if viewer.is_system else narrow(viewer, rows)


def get_or_404(viewer: Viewer, model: type[M], **lookup: Any) -> M:
    """One row the viewer may see. Absent, not yours and impossible values are the same 404."""
    try:
        return scope(viewer, model).get(**lookup)
    except (ObjectDoesNotExist, ValueError, TypeError, OverflowError, ValidationError, DataError):
        raise Http404 from None
