"""Where programs are told survives the way back and forth, with what was told there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from lianxin.intake.models import ApiClient, ApiDelivery, ApiHook
from lianxin.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _forward_afterwards(transactional_db: None) -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0, skip_checks=True)


def test_hooks_that_have_ended_go_back_with_what_was_told_there(db: None) -> None:
    now = clock.now()
    client = ApiClient.objects.create(
        name="网格系统", token_hash="a" * 64, scopes="file", made_at=now
    )
    for address, ended in (("https://old.example/", now), ("https://new.example/", None)):
        hook = ApiHook.objects.create(
            client=client, address=address, made_at=now, ended_at=ended,
            sealed=b"" if ended else b"s",
        )  # fmt: skip
        ApiDelivery.objects.create(
            hook=hook, uuid=uuid.uuid4(), entry=1, kind="x", number="7K2QM4XD9TB", at=now
        )
    call_command("migrate", "intake", "0018", verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM intake_apihook")
        assert cursor.fetchall() == [("https://new.example/",)]
    call_command("migrate", verbosity=0, skip_checks=True)
    assert ApiHook.objects.get().ended_at is None
    assert ApiDelivery.objects.get().hook.address == "https://new.example/"
