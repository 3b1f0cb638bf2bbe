"""Keep and forget a filter of the worklist."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases.models import SavedView
from lianxin.cases.queries import Filter
from lianxin.kernel.problems import Problem

MOST_VIEWS = 20


def save_view(*, name: str, wanted: Filter, by: Viewer) -> SavedView:
    """Keep a filter under a name; the same name is replaced. A personal setting, not an act."""
    name = name.strip()
    if not 1 <= len(name) <= 40:
        raise Problem(_("Give the view a name of at most 40 characters."), "name")
    with transaction.atomic():
        others = SavedView.objects.filter(owner_id=by.user_id).exclude(name=name)
        if others.count() >= MOST_VIEWS:
            raise Problem(_("You already keep %(most)s views.") % {"most": MOST_VIEWS}, "name")
        view, _made = SavedView.objects.update_or_create(
            owner_id=by.user_id, name=name, defaults={"query": urlencode(wanted.as_query())[:500]}
        )
    return view


def forget_view(pk: int, *, by: Viewer) -> None:
    """Forget one of one's own views."""
    SavedView.objects.filter(pk=pk, owner_id=by.user_id).delete()
