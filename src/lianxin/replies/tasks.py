"""Telling the person that their question about a reply was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.cases import queries
from lianxin.notices.residents import tell_residents
from lianxin.notices.telling import tells
from lianxin.replies.events import AnsweredBack
from lianxin.vault.choices import News

if TYPE_CHECKING:
    from lianxin.journal.models import Entry


@tells(AnsweredBack, name="replies.person_answered")
def tell_answered(entries: list[Entry]) -> None:
    """If they wish it: that there is an answer."""
    tell_residents(queries.wishing_news([entry.subject for entry in entries]), News.ANSWERED)
