"""What is answered to each message of a person: a talk of a few steps until they say "send it".

Steps of one person are taken one after another, and each once however often WeChat sends it.
"""

from __future__ import annotations

import re
import unicodedata

from django.db import IntegrityError, transaction
from django.utils import translation

from lianxin.intake import queries as intake
from lianxin.intake import slowing
from lianxin.intake.channels.wechat import actions, answers, queries
from lianxin.intake.channels.wechat.models import Chat
from lianxin.intake.channels.wechat.reading import Said
from lianxin.intake.channels.wechat.sealing import mac
from lianxin.intake.forms.codes import number_and_code
from lianxin.intake.models import Concern
from lianxin.intake.standing import standing_of
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.vault import actions as vault
from lianxin.vault.choices import Way

SEND = {"1", "发送", "發送", "提交", "send"}
DISCARD = {"2", "取消", "不发了", "不發了", "discard"}
HOW = {"进度", "進度", "查询", "查詢", "查进度", "查進度", "progress"}
BESIDE = re.compile("受理编号|受理編號|查询码|查詢碼|receipt number|query code|[:，,]")
"""What stands beside number and code on a receipt that somebody copies."""
PHRASE = re.compile(r"(?:绑定|綁定|bind)((?:\s?\d){12})\Z")
CODE = re.compile(r"(?<!\d)\d(?:[ \t-]?\d){19}(?!\d)")
LONGEST_WITH_CODE = 200
TRIES = 3


def hear(said: Said) -> str:
    """The answer to a message; empty: none. What it says is on disk before this returns."""
    digest = queries.digest_of(said)
    with translation.override(actions.language_of(said.text if said.kind == "text" else "")):
        if said.kind == "text" and (asked := _asks(said.text)):
            return _outside(digest, said, *asked)
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    return _step(digest, said)
            except IntegrityError:
                # The same message, or the first one of the same person, at this very moment.
                if attempt == TRIES:
                    raise
    raise AssertionError("unreachable")


def _step(digest: str, said: Said) -> str:
    person = mac("person", said.person)
    chat = Chat.objects.select_for_update().filter(person=person, concern=None).first()
    known = queries.answer_to(digest)
    if known is not None:
        return known
    if chat is not None and chat.until <= clock.now():
        actions.discard(chat)
        chat = None
    answer = _answer(said, person, chat)
    actions.remember(digest, answer)
    return answer


def _answer(said: Said, person: str, chat: Chat | None) -> str:
    match said.kind:
        case "event":
            return _event(said, chat)
        case "text" if (word := _bare(said.text)) in SEND | DISCARD | HOW:
            return _word(word, said, person, chat)
        case "text" if CODE.search(unicodedata.normalize("NFKC", said.text)):
            return answers.code_alone()
        case "text" | "link" if not said.text:
            return answers.empty()
        case "image" | "voice" if not said.media:
            return answers.empty()
        case "location" if not (said.place or said.text):
            return answers.empty()
        case "text" | "link" | "image" | "voice" | "location":
            return _noted(said, person, chat)
    return answers.other()


def _event(said: Said, chat: Chat | None) -> str:
    match said.event:
        case "subscribe":
            return answers.welcome()
        case "unsubscribe" if chat is not None:
            actions.discard(chat)
        case "click":
            return answers.ask_code() if said.key == "progress" else answers.welcome()
        case "templatesendjobfinish" if said.text != "success":
            vault.returned(Way.WECHAT, said.key)
    # Whatever else the account reports of a person, their position among it, is not kept.
    return ""


def _word(word: str, said: Said, person: str, chat: Chat | None) -> str:
    if word in HOW:
        return answers.ask_code()
    if chat is None or not chat.pieces.exists():
        sent = queries.last_sent(person)
        return answers.already(sent) if sent and word in SEND else answers.nothing_to_send()
    if word in DISCARD:
        actions.discard(chat)
        return answers.discarded()
    receipt, told = actions.send(chat, said)
    with translation.override(receipt.concern.language):
        return answers.filed(receipt, told=told)


def _noted(said: Said, person: str, chat: Chat | None) -> str:
    if chat is None and (sent := queries.just_sent(person, said.order)):
        assert sent.concern is not None
        late = actions.add_late(sent, said)
        return answers.added(sent.concern) if late else answers.too_much()
    begins = chat is None
    chat = chat or actions.begin(said, person)
    if not actions.keep(chat, said):
        return answers.too_much()
    kinds = list(chat.pieces.values_list("kind", flat=True))
    return answers.begun(kinds) if begins else answers.noted(kinds)


def _asks(text: str) -> tuple[str, str, str] | None:
    """Number ("" without one), code and phrase ("" each) that a message asks about."""
    if len(text) > LONGEST_WITH_CODE:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    if found := PHRASE.match(folded):
        return "", "", "".join(filter(str.isdigit, found[1]))
    for word in sorted(HOW, key=len, reverse=True):
        folded = folded.removeprefix(word)
    number, code = number_and_code(BESIDE.sub(" ", folded))
    return (number, code, "") if code else None


def _outside(digest: str, said: Said, number: str, code: str, phrase: str) -> str:
    """A look-up costs time, and a wrong one waits: nobody else's step waits for it."""
    known = queries.answer_to(digest)
    if known is not None:
        return known
    answer = _by_phrase(said, phrase) if phrase else _by_code(said, number, code)
    try:
        with transaction.atomic():
            actions.remember(digest, answer)
    except IntegrityError:
        return queries.answer_to(digest) or answer
    return answer


def _by_code(said: Said, number: str, code: str) -> str:
    if slowing.asks_work():
        return answers.busy()
    concern = intake.by_code(code)
    if concern is None or number not in ("", concern.number):
        slowing.slow_down(code, mac("person", said.person))
        return answers.unknown_code()
    return _told(said, concern, bind=bool(number))


def _by_phrase(said: Said, phrase: str) -> str:
    if slowing.asks_work():
        return answers.busy()
    concern = queries.bound_by(phrase)
    if concern is None:
        slowing.slow_down("", mac("person", said.person))
        return answers.phrase_over()
    return _told(said, concern, bind=True)


def _told(said: Said, concern: Concern, *, bind: bool) -> str:
    with translation.override(concern.language):
        how, why = standing_of(concern), ""
        if bind:
            try:
                actions.bind(concern, said.person)
            except Problem as problem:
                bind, why = False, answers.cannot_bind(str(problem))
        may = queries.tells_here() and not why and concern.identity != "anonymous"
        told = answers.stands(concern, how, bound=bind, may_bind=may)
        return f"{told}\n{why}" if why else told


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.strip(" \t\n.。!！")
