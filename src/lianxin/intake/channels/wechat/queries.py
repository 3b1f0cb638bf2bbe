"""What is known of a talk, and whether there is one here at all."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet

from lianxin.intake.channels.wechat.models import Chat, Heard, Kind, Piece
from lianxin.intake.channels.wechat.reading import Said
from lianxin.intake.channels.wechat.sealing import mac, unseal
from lianxin.intake.models import Concern
from lianxin.kernel import clock
from lianxin.kernel.ids import random_digits
from lianxin.vault.choices import Way
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.queries import ways_of_notice

FILES = (Kind.PHOTO, Kind.VOICE)
PHRASE, PHRASE_SECONDS = 12, 600
"""Digits of the words that bind a concern to a chat, and how long they hold."""


def is_open() -> bool:
    """Whether there is an official account here."""
    return bool(settings.WECHAT_APP_ID and settings.WECHAT_TOKEN)


def tells_here() -> bool:
    """Whether somebody can be told of news by WeChat."""
    return Way.WECHAT in ways_of_notice()


def digest_of(said: Said) -> str:
    """How a message is known again."""
    return mac("heard", said.identity)


def answer_to(digest: str) -> str | None:
    """What was answered to a message that came before; None when it did not."""
    row = Heard.objects.filter(digest=digest).first()
    return None if row is None else str(unseal(row.answer, bound=f"heard.{digest}"))


def just_sent(person: str, order: str) -> Chat | None:
    """What this person sent in the last minutes, after a message of this order was said."""
    return _sent(person).filter(closed_by__gt=order).order_by("closed_by").first()


def last_sent(person: str) -> Concern | None:
    """What this person sent in the last minutes."""
    chat = _sent(person).order_by("-closed_by").select_related("concern").first()
    return chat.concern if chat else None


def _sent(person: str) -> QuerySet[Chat]:
    rows = Chat.objects.filter(person=person, concern__isnull=False, until__gt=clock.now())
    return rows.select_related("concern")


def said_in(chat: Chat) -> list[tuple[Piece, dict[str, str]]]:
    """What a person said in a talk, in the order they said it."""
    rows = chat.pieces.order_by("order", "pk").select_related("attachment")
    return [(row, unseal(row.said, bound=f"chat.{chat.uuid}")) for row in rows]


def account_of(chat: Chat) -> str | None:
    """The openid of a talk, while somebody may have to be told something and it can be opened."""
    if chat.account is None:
        return None
    with suppress(KeysUnusable):
        return str(unseal(chat.account, bound=f"account.{chat.uuid}"))
    return None


def waiting_files(now: datetime) -> list[Piece]:
    """Files that are to be fetched by now, those that wait longest first."""
    rows = Piece.objects.filter(due_at__lte=now).select_related("chat")
    return list(rows.order_by("due_at", "pk")[:100])


def new_phrase(concern: Concern) -> str:
    """Digits by which whoever sends them to the account binds it to a concern, once."""
    digits = random_digits(PHRASE)
    cache.set(_place_of(digits), [concern.uuid.hex, concern.code_counter], PHRASE_SECONDS)
    return digits


def bound_by(digits: str) -> Concern | None:
    """The concern that these digits stand for; they stand for nothing afterwards."""
    found = cache.get(_place_of(digits))
    # Whoever deletes it has it: of two at once one gets nothing.
    if not found or not cache.delete(_place_of(digits)):
        return None
    return Concern.objects.filter(uuid=found[0], code_counter=found[1]).first()


def _place_of(digits: str) -> str:
    return f"wechat:{mac('phrase', digits)}"
