from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.http import Http404

from lianxin.access import ANONYMOUS, SYSTEM, get_or_404, scope, scoping
from lianxin.people.models import Membership, Unit
from tests.cast import Cast


def test_a_model_without_scoping_shows_nothing_even_to_the_system(cast: Cast) -> None:
    cast.client(cast.handler)
    assert Session.objects.exists()
    assert not scope(SYSTEM, Session).exists()


def test_absent_not_yours_and_nonsense_are_the_same(cast: Cast) -> None:
    handler = cast.viewer(cast.handler)
    mine = Membership.objects.get(user=cast.handler)
    other = Membership.objects.get(user=cast.handler_of_other_unit)
    assert get_or_404(handler, Membership, pk=mine.pk) == mine
    for pk in (other.pk, 0, -1, 10**30, "x", "\x00", None, "１２ "):
        with pytest.raises(Http404):
            get_or_404(handler, Membership, pk=pk)
    for name in ("\x00", "\ud800"):
        with pytest.raises(Http404):
            get_or_404(ANONYMOUS, Unit, name=name)


def test_one_model_has_one_scoping() -> None:
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured):
        scoping("people.Unit")(lambda viewer, rows: rows)
