"""A town in use goes back to before there was WeChat, and forward again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from lianxin.intake.models import Chat, Concern, Heard, NoticeChoice, Piece
from lianxin.journal import verify
from lianxin.kernel import clock
from lianxin.vault.models import Letter
from tests.weixin import LI, Server

pytestmark = pytest.mark.django_db(transaction=True)


def before(module: str, name: str) -> str:
    """The migration of the same module that one rests on."""
    found = MigrationLoader(connection).get_migration(module, name).dependencies
    return next(parent for app, parent in found if app == module)


@pytest.fixture(autouse=True)
def _forward_afterwards(transactional_db: None) -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0, skip_checks=True)


def test_what_came_by_wechat_came_over_the_net(weixin: Server) -> None:
    weixin.say("东关大街12号楼的水管漏水三天了。")
    weixin.say("1")
    weixin.say("还没说完", person=LI)
    for way in ("wechat", "email"):
        Letter.objects.create(subject="case:1", way=way, written_at=clock.now())
    assert all(m.objects.exists() for m in (Chat, Piece, Heard, NoticeChoice))
    words = Concern.objects.get().words
    for module in ("intake", "vault"):
        name = "0015_wechat" if module == "intake" else "0005_wechat"
        call_command("migrate", module, before(module, name), verbosity=0, skip_checks=True)
    call_command("migrate", verbosity=0, skip_checks=True)
    concern = Concern.objects.get()
    assert (concern.channel, concern.words) == ("web", words)
    assert not NoticeChoice.objects.exists() and not Chat.objects.exists()
    assert [letter.way for letter in Letter.objects.all()] == ["email"]
    assert verify.verify()
    with pytest.raises(DatabaseError), transaction.atomic():
        Concern.objects.update(words="别的话")
    weixin.say("又漏了。")
    assert "受理编号" in weixin.say("1")
