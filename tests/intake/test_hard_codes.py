"""A stolen database, even with the pepper, gives nobody's code away; how long the answer to a typed
code takes gives nothing away either."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location

import argon2
import pytest
from django.db import connection

from lianxin.access import ANONYMOUS
from lianxin.intake import actions, queries, receipts
from lianxin.intake.actions.filing import NewConcern
from lianxin.intake.models import Concern
from tests.cast import Cast
from tests.intake.channels.open311.many import fill
from tests.walk import begin

pytestmark = pytest.mark.django_db


def file(key: str = "a", **changes: object) -> tuple[Concern, str]:
    receipt = actions.file_concern(
        NewConcern(key=key, words=f"路灯坏了 {key}", **changes),  # type: ignore[arg-type]
        by=ANONYMOUS,
    )
    return receipt.concern, receipt.code or ""


def stored(concern: Concern) -> tuple[str, str | None]:
    """The verifier, and the mac that stands until it is made."""
    return Concern.objects.values_list("verifier", "mac").get(pk=concern.pk)


def wrong(code: str) -> str:
    return code[:8] + str((int(code[8:]) + 1) % 10**12).zfill(12)


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """How many Argon2id a look-up of this code costs."""
    receipts._nobodys()
    spent: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, hashed: str, text: str) -> bool:
        spent.append(hashed)
        return verify(self, hashed, text)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)

    def cost(code: str) -> int:
        spent.clear()
        queries.by_code(code)
        return len(spent)

    return cost


def test_the_code_opens_before_and_after_it_is_hardened() -> None:
    concern, code = file()
    assert queries.by_code(code) == concern
    assert stored(concern) == ("", receipts.verifier_mac(concern.uuid, code))
    assert actions.harden_codes(seconds=10) == 1
    verifier, mac = stored(concern)
    assert verifier.startswith("$argon2id$") and mac is None
    assert queries.by_code(code) == concern
    assert queries.by_code(wrong(code)) is None
    assert actions.harden_codes(seconds=10) == 0


def test_two_alike_are_kept_differently() -> None:
    assert receipts.harden("a" * 64) != receipts.harden("a" * 64)


def test_each_look_up_costs_the_same(costs: Callable[[str], int]) -> None:
    (_, fresh), (_, other) = file("a"), file("b")
    unknown = "0" * 20
    assert {costs(code) for code in (fresh, wrong(fresh), unknown)} == {1}
    actions.harden_codes(seconds=10)
    assert {costs(code) for code in (fresh, wrong(other), unknown)} == {1}


def test_a_comparison_that_spares_the_unknown_is_noticed(
    costs: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: what would be wrong is seen."""
    _, code = file()
    careful = receipts.matches
    monkeypatch.setattr(
        receipts,
        "matches",
        lambda owner, code, **kept: any(kept.values()) and careful(owner, code, **kept),
    )
    assert {costs(each) for each in (code, "0" * 20)} == {0, 1}


def test_what_nobody_holds_no_code_opens() -> None:
    concern, code = file(held=False)
    assert code == "" and stored(concern) == ("", None)
    would_be = receipts.code_for(concern.key, concern.uuid)
    assert queries.by_code(would_be) is None
    assert actions.harden_codes(seconds=10) == 0


def test_a_code_given_anew_meanwhile_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    concern, _ = file()
    anew = receipts.verifier_mac(concern.uuid, "1" * 20)
    harden = receipts.harden

    def while_hardening(mac: str) -> str:
        Concern.objects.filter(pk=concern.pk).update(mac=anew)
        return harden(mac)

    monkeypatch.setattr(receipts, "harden", while_hardening)
    assert actions.harden_codes(seconds=10) == 0
    assert stored(concern) == ("", anew)


def test_the_cost_is_that_of_the_recommendation() -> None:
    # The tests themselves use less; so a second copy of the module is asked.
    spec = spec_from_file_location("receipts_as_written", receipts.__file__)
    assert spec and spec.loader
    as_written = module_from_spec(spec)
    spec.loader.exec_module(as_written)
    assert as_written.harden("").startswith("$argon2id$v=19$m=65536,t=3,p=1$")


def test_what_waits_is_found_by_an_index(cast: Cast) -> None:
    # The worker looks every other second, among all concerns there ever were.
    begin(cast)
    fill(300)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert "concern_to_harden" in queries.to_harden()[:50].explain()
