"""The vault opens what a committed, fresh, unused and granted record allows, and nothing else (T7).

The long campaign is `bench/trust/vault.py`: many times more, against a vault process as well.
"""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.trust import vault_attacks
from tests.trust.vault_ground import ground

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_else_opens(cast: Cast) -> None:
    found = vault_attacks.attack(ground(cast), seed=1, times=2)
    assert not found.wrong, found.wrong
    assert min(found.tried.values()) == 2


@pytest.mark.parametrize("twin", vault_attacks.TWINS)
def test_a_vault_that_is_not_so_strict_is_caught(cast: Cast, twin: str) -> None:
    on = ground(cast)
    with vault_attacks.TWINS[twin]():
        assert vault_attacks.attack(on, seed=2, times=1).wrong
