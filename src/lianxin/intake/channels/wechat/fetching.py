"""Fetch the photos and recordings people sent, after they were answered.

WeChat keeps them for three days.
"""

from __future__ import annotations

import http.client
import tempfile
import time
from collections import Counter
from datetime import timedelta

from django.utils import translation

from lianxin import files
from lianxin.files import MOST_BYTES, Unfit
from lianxin.intake.actions import store_file
from lianxin.intake.channels.wechat import actions, answers, queries
from lianxin.intake.channels.wechat.models import Chat, Piece
from lianxin.intake.channels.wechat.sealing import unseal
from lianxin.intake.models import Attachment
from lianxin.intake.wording import why_unfit
from lianxin.kernel import clock
from lianxin.vault import wechat
from lianxin.vault.keys import KeysUnusable

WAITS = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=45),
)  # fmt: skip
"""After each try that failed; then the person is told."""
LONGEST = 120.0
"""Seconds of one round; the rest comes with the next."""


def fetch_files(seconds: float = LONGEST) -> Counter[str]:
    """Fetch what is due; how many "arrived", are "lost", or wait until "later".

    Raises whatever the database raises.
    """
    found: Counter[str] = Counter()
    until = time.monotonic() + seconds
    touched = set()
    for piece in queries.waiting_files(clock.now()):
        if time.monotonic() > until:
            break
        last = piece.attempts >= len(WAITS)
        if actions.claim(piece, until_then=WAITS[min(piece.attempts, len(WAITS) - 1)]):
            found[_one(piece, last=last)] += 1
            touched.add(piece.chat_id)
    for chat in sorted(touched):
        actions.hand_over(chat)
    return found


def end_chats() -> int:
    """Forget talks that were never sent, and tell those who began them; how many."""
    ended = actions.end_chats()
    with translation.override("zh-hans"):
        for person in ended:
            wechat.say(person, answers.ended())
    return len(ended)


def _one(piece: Piece, *, last: bool) -> str:
    try:
        row = _fetched(piece)
    except wechat.Refused as refused:
        if refused.code not in wechat.GONE and not last:
            return "later"
        return _lost(piece, Unfit("damaged"))
    except Unfit as unfit:
        return _lost(piece, unfit)
    except KeysUnusable:
        # Sealed with a pepper that is gone: it must not hold up what comes after it.
        return _lost(piece, Unfit("damaged"))
    except (OSError, ValueError, http.client.HTTPException):
        return _lost(piece, Unfit("too_slow")) if last else "later"
    actions.arrived(piece, row)
    return "arrived"


def _fetched(piece: Piece) -> Attachment:
    media = unseal(piece.said, bound=f"chat.{piece.chat.uuid}")["media"]
    with tempfile.TemporaryFile() as source:
        try:
            wechat.fetch(media, source, most=MOST_BYTES)
        except wechat.TooLarge:
            raise Unfit("too_large") from None
        source.seek(0)
        return store_file(files.clean(source))


def _lost(piece: Piece, why: Unfit) -> str:
    chat = Chat.objects.filter(pk=piece.chat_id).select_related("concern").first()
    actions.lost(piece)
    person = queries.account_of(chat) if chat else None
    if person:
        language = chat.concern.language if chat and chat.concern else "zh-hans"
        with translation.override(language):
            wechat.say(person, answers.file_failed(why_unfit(why)))
    return "lost"
