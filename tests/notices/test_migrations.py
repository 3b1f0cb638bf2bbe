"""The tables of notices go back and forward with rows in them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from lianxin.kernel import clock
from lianxin.notices.models import Carrier, Notice, Wording
from tests.cast import Cast


def test_the_models_are_what_the_migrations_make(db: None) -> None:
    call_command("makemigrations", "notices", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_full_table_goes_back_and_forward(cast: Cast) -> None:
    now = clock.now()
    Carrier.objects.create(user=cast.handler, service="wecom", sealed=b"x", confirmed_at=now)
    Carrier.objects.create(unit=cast.housing, service="feishu", sealed=b"y", confirmed_at=now)
    Wording.objects.create(unit=cast.housing, way="sms", language="en", text="{number} {link}")
    Notice.objects.create(subject="case:1", news="news", created=now, due_at=now)
    call_command("migrate", "notices", "0003", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, service FROM notices_carrier")
        assert cursor.fetchall() == [(cast.handler.pk, "wecom")]
        assert "notices_wording" not in connection.introspection.table_names(cursor)
    call_command("migrate", "notices", verbosity=0)
    [row] = Carrier.objects.all()
    assert (row.user_id, row.unit_id, bytes(row.sealed)) == (cast.handler.pk, None, b"x")
    assert Notice.objects.count() == 1
    Carrier.objects.create(unit=cast.housing, service="feishu", sealed=b"y")
    for wrong in (
        {"user": cast.leader, "unit": cast.education},
        {},
        {"unit": cast.housing},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Carrier.objects.create(service="wecom", sealed=b"z", **wrong)
    for wrong_words in ({"way": "call"}, {"language": "fr"}, {"text": ""}):
        whole = {"way": "sms", "language": "en", "text": "x"} | wrong_words
        with pytest.raises(IntegrityError), transaction.atomic():
            Wording.objects.create(unit=cast.housing, **whole)
