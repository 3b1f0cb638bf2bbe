"""What was filed for somebody from afar survives the way back and forth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from lianxin.intake.models import Attachment, Concern, Helper, Proxy
from lianxin.journal import verify
from tests.cast import Cast
from tests.intake.channels.proxy.afar import filed
from tests.intake.paper import WORDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _forward_afterwards(transactional_db: None) -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0, skip_checks=True)


def test_a_concern_from_afar_stays_one_that_was_filed_for_somebody(cast: Cast) -> None:
    filed()
    call_command("migrate", "intake", "0018", verbosity=0, skip_checks=True)
    call_command("migrate", verbosity=0, skip_checks=True)
    concern = Concern.objects.get()
    assert (concern.channel, concern.words) == ("proxy", WORDS) and verify.verify()
    assert Proxy.objects.get().paper and not Proxy.objects.get().sent
    assert not Helper.objects.exists() and not Attachment.objects.exists()
    filed()
    for rows, change in (
        (Proxy.objects.filter(sent=True), {"sent": False}),
        (Attachment.objects.all(), {"original": ""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
