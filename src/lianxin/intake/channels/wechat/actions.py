"""Keep what a person says until they send it, file it, forget it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lianxin.access import ANONYMOUS
from lianxin.intake import flood
from lianxin.intake.actions import (
    NewConcern,
    Receipt,
    add_rest,
    add_words,
    choose_notices,
    file_concern,
)
from lianxin.intake.actions.adding import LONGEST as LONGEST_ADDITION
from lianxin.intake.actions.filing import LONGEST, SHORTEST
from lianxin.intake.channels.wechat import queries
from lianxin.intake.channels.wechat.models import Chat, Heard, Kind, Piece
from lianxin.intake.channels.wechat.queries import FILES
from lianxin.intake.channels.wechat.reading import Said
from lianxin.intake.channels.wechat.sealing import seal
from lianxin.intake.choices import Channel, Identity, ReplyMode
from lianxin.intake.models import Attachment, Concern
from lianxin.intake.queries import resident_of
from lianxin.kernel import clock
from lianxin.kernel.words import is_chinese
from lianxin.vault.choices import Way

KEPT = timedelta(hours=24)
"""How long what is not sent is kept. Files that wait for a form are kept as long."""
LATE = timedelta(minutes=10)
"""How long after a concern was sent what was said before may still come."""
FETCHING = timedelta(hours=3)
"""After which a file that has not come is given up, whatever happened."""
HEARD_FOR = timedelta(hours=1)
MOST_FILES, MOST_PIECES = 10, 100
MOST_WORDS = LONGEST + 4 * LONGEST_ADDITION
A_MINUTE = 3
"""Concerns a minute that one person sends; what is above waits for somebody to look at it."""
ENGLISH = re.compile(r"\b[A-Za-z]{2,}[\s,.']+[A-Za-z]{2,}|^\s*[A-Za-z]{3,}[.!?]?\s*$")
"""Two words, or nothing but one: a receipt number has letters too."""
KINDS = {"text": Kind.WORDS, "link": Kind.WORDS, "image": Kind.PHOTO, "voice": Kind.VOICE,
         "location": Kind.PLACE}  # fmt: skip


def begin(said: Said, person: str) -> Chat:
    """A talk that has just begun. IntegrityError when another message has begun it."""
    chat = Chat(person=person, until=clock.now() + KEPT)
    chat.account = seal(said.person, bound=f"account.{chat.uuid}")
    chat.save(force_insert=True)
    return chat


def keep(chat: Chat, said: Said) -> bool:
    """Note what was said; whether there was room for it. A file is fetched by the worker, later."""
    kind = KINDS[said.kind]
    before = queries.said_in(chat)
    files = sum(row.kind in FILES for row, _told in before)
    length = sum(len(told.get("text", "")) for _row, told in before) + len(said.text)
    full = kind in FILES and files >= MOST_FILES
    if full or len(before) >= MOST_PIECES or length > MOST_WORDS:
        return False
    told = {"text": said.text, "media": said.media}
    if said.place:
        told |= {"latitude": str(said.place[0]), "longitude": str(said.place[1])}
    Piece.objects.create(
        chat=chat,
        order=said.order,
        kind=kind,
        said=seal(told, bound=f"chat.{chat.uuid}"),
        due_at=clock.now() if kind in FILES else None,
    )
    return True


def send(chat: Chat, said: Said) -> tuple[Receipt, bool]:
    """File what was said as one concern; and whether the person will be told of news.

    Files that have not come yet are added when they do. Who it is is sealed with the concern and
    compared with nothing.
    """
    pieces = queries.said_in(chat)
    words, understood = _words(pieces)
    place = next((told for row, told in reversed(pieces) if row.kind == Kind.PLACE), {})
    too_many = flood.many_from(f"wechat:{chat.person}", most=A_MINUTE)
    told_of_news = queries.tells_here() and not too_many
    with translation.override(language_of(words)):
        text = _whole(words, understood, pieces)
        new = NewConcern(
            key=f"wechat:{chat.uuid}",
            channel=Channel.WECHAT,
            words=text[:LONGEST],
            place=place.get("text", "")[:200],
            latitude=_degrees(place, "latitude"),
            longitude=_degrees(place, "longitude"),
            identity=Identity.CONFIDENTIAL,
            reply_mode=ReplyMode.ONLINE,
            contact={"wechat": said.person},
            notify=Way.WECHAT if told_of_news else "",
            language=language_of(words),
            attachments=tuple(row.attachment.uuid for row, _told in pieces if row.attachment),
            quarantined=too_many,
        )
        receipt = file_concern(new, by=ANONYMOUS)
        if receipt.fresh:
            rest = text[LONGEST:]
            add_rest(receipt.concern, words=rest, by=resident_of(receipt.concern))
    # By name: a file may arrive at this very moment.
    chat.pieces.filter(pk__in=[row.pk for row, _told in pieces if row.due_at is None]).delete()
    waits = chat.pieces.exists()
    Chat.objects.filter(pk=chat.pk).update(
        concern=receipt.concern,
        closed_by=said.order,
        until=clock.now() + LATE,
        account=chat.account if waits else None,
    )
    return receipt, told_of_news


def add_late(chat: Chat, said: Said) -> bool:
    """Add to a concern what was said before it was sent, and came after; whether there was room."""
    assert chat.concern is not None
    if KINDS[said.kind] not in FILES:
        if not said.text:
            return False
        add_rest(chat.concern, words=said.text[:MOST_WORDS], by=resident_of(chat.concern))
        return True
    if not keep(chat, said):
        return False
    account = seal(said.person, bound=f"account.{chat.uuid}")
    Chat.objects.filter(pk=chat.pk).update(account=account, until=clock.now() + LATE)
    return True


def discard(chat: Chat) -> None:
    """Forget what was said. Files of it that were fetched go as those of a form never sent."""
    chat.delete()


def remember(digest: str, answer: str) -> None:
    """That a message came, and what was answered. IntegrityError when it came before."""
    sealed = seal(answer, bound=f"heard.{digest}")
    Heard.objects.create(digest=digest, answer=sealed, at=clock.now())


def bind(concern: Concern, person: str) -> None:
    """Tell this person of news by WeChat from now on. Problem where it cannot be."""
    choose_notices(concern, way=Way.WECHAT, contact={"wechat": person}, by=resident_of(concern))


def claim(piece: Piece, *, until_then: timedelta) -> bool:
    """Whether this worker fetches the file now; it comes back by itself if this process dies."""
    rows = Piece.objects.filter(pk=piece.pk, due_at=piece.due_at, attempts=piece.attempts)
    due = clock.now() + until_then
    return bool(rows.update(attempts=piece.attempts + 1, due_at=due))


def arrived(piece: Piece, row: Attachment) -> None:
    """The file is here. Was its talk discarded, it goes as that of a form never sent."""
    Piece.objects.filter(pk=piece.pk).update(attachment=row, due_at=None)


def lost(piece: Piece) -> None:
    """The file will not come."""
    Piece.objects.filter(pk=piece.pk).delete()


def hand_over(chat_pk: int) -> int:
    """Add to a concern the files that came after it was sent; how many."""
    with transaction.atomic():
        rows = Chat.objects.select_for_update().filter(pk=chat_pk, concern__isnull=False)
        chat = rows.first()
        if chat is None or chat.concern_id is None:
            return 0
        here = list(chat.pieces.filter(due_at=None).select_related("attachment"))
        names = tuple(row.attachment.uuid for row in here if row.attachment)
        concern = Concern.objects.get(pk=chat.concern_id)
        if names:
            with translation.override(concern.language):
                words = _("(only files, without words)")
            add_words(concern, words=words, attachments=names, by=resident_of(concern))
        chat.pieces.filter(pk__in=[row.pk for row in here]).delete()
        if not chat.pieces.exists():
            Chat.objects.filter(pk=chat.pk).update(account=None)
        return len(names)


def end_chats() -> list[str]:
    """Forget talks whose time is over; the openids of those who began one and never sent it."""
    now, ended = clock.now(), []
    for pk in Chat.objects.filter(until__lte=now).values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            chat = Chat.objects.select_for_update().filter(pk=pk, until__lte=now).first()
            if chat is None:
                continue
            waits = chat.concern_id and chat.pieces.exists()
            if waits and chat.until > now - FETCHING:
                continue
            if chat.concern_id is None:
                ended.append(queries.account_of(chat) or "")
            chat.delete()
    return [person for person in ended if person]


def forget_heard() -> int:
    """Remove what is kept of messages for knowing them again; how many rows."""
    return Heard.objects.filter(at__lt=clock.now() - HEARD_FOR).delete()[0]


def language_of(text: str) -> str:
    """What a person reads, by what they write; Chinese where nothing tells."""
    return "en" if ENGLISH.search(text[:500]) and not is_chinese(text) else "zh-hans"


Told = Iterable[tuple[Piece, dict[str, str]]]


def _degrees(told: dict[str, str], name: str) -> Decimal | None:
    return Decimal(told[name]) if name in told else None


def _words(pieces: Told) -> tuple[str, str]:
    """The person's own words, and what a machine understood of their recordings."""
    own = [told["text"] for row, told in pieces if row.kind == Kind.WORDS]
    understood = [told["text"] for row, told in pieces if row.kind == Kind.VOICE]
    return "\n".join(own), "\n".join(filter(None, understood))


def _whole(words: str, understood: str, pieces: Told) -> str:
    if len(words) < SHORTEST:
        files = any(row.kind in FILES for row, _told in pieces)
        blank = _("(only files, without words)") if files else _("(only a place, without words)")
        words = f"{words}\n{blank}".strip()
    if understood:
        words += "\n\n" + _("What WeChat understood of the recording:") + "\n" + understood
    return words
