"""Numbers in the tree: the path of a new node under its parent."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from lianxin.kernel.problems import Problem

MOST_SIBLINGS = 9_999


def next_path(model: type[models.Model], parent: Any, length: int) -> str:
    """The path for one more child of ``parent`` (``None``: a root). The parent must be locked.

    Raises Problem when the parent is full or the tree would become too deep.
    """
    rows: models.QuerySet[Any] = model._default_manager.filter(parent=parent)
    last = rows.order_by("-path").values_list("path", flat=True).first()
    number = int(last.rstrip(".").rpartition(".")[2]) + 1 if last else 1
    path = f"{parent.path if parent else ''}{number:04d}."
    if number > MOST_SIBLINGS:
        raise Problem(_("Nothing more fits directly below this."), "parent")
    if len(path) > length:
        raise Problem(_("The tree would become too deep."), "parent")
    return path
