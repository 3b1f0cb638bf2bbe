"""What is kept about one concern, for whoever holds its code: to look at and to take away."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lianxin.cases import queries
from lianxin.files import FORMATS
from lianxin.intake import proofs
from lianxin.intake import queries as intake
from lianxin.intake.channels import doors
from lianxin.intake.events import ContactErased
from lianxin.intake.storage import file_path
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.pages.wording import SEALED_FIELDS
from lianxin.rights import queries as rights
from lianxin.rights.choices import Data, Text
from lianxin.vault import queries as vault

if TYPE_CHECKING:
    from datetime import date, datetime

    from lianxin.cases.models import Message
    from lianxin.intake.models import Attachment
    from lianxin.pages.resident.tracked import Tracked
    from lianxin.pages.story import Line
    from lianxin.replies.models import Reply
    from lianxin.rights.models import Edition
    from lianxin.rights.queries import Kept

OPENED = "vault."
"""How the names of entries begin that tell of sealed details."""


@dataclass(frozen=True)
class Erasure:
    """That contact details were removed: when, on whose word, and the proof of it."""

    at: datetime
    asked: bool
    proof: str


@dataclass(frozen=True)
class OwnData:
    """The page "your data"."""

    known: Tracked
    notice: Edition
    rules: Edition

    @property
    def sealed(self) -> list[str]:
        """The sealed fields by their names; what stands in them nobody reads here."""
        signed = any(row.authority for row in self.known.attachments)
        names = [str(SEALED_FIELDS.get(name, name)) for name in self.known.sealed]
        return [*names, _("the sheet you have signed")] if signed else names

    @property
    def originals(self) -> bool:
        """Whether the sealed original of a file is kept, with where and when it was made."""
        return any(row.original and not row.authority for row in self.known.attachments)

    @property
    def files(self) -> list[Attachment]:
        """All files; the signed sheet stands with name and number, and goes with them."""
        return [row for row in self.known.attachments if not row.authority]

    @cached_property
    def kept(self) -> dict[Data, Kept]:
        """How long each kind of data is kept; contact details no longer than their keys are."""
        rows = rights.kept(self.known.case, self.rules)
        contact = rows[Data.CONTACT]
        if contact.until and self.latest:
            rows[Data.CONTACT] = replace(contact, until=min(contact.until, self.latest))
        return rows

    @cached_property
    def latest(self) -> date | None:
        """The day on which sealed details go, however long the matter takes."""
        return vault.last_day(self.known.concern.uuid)

    @property
    def opened(self) -> list[Line]:
        """Every time somebody opened the sealed details, the newest first."""
        return [line for line in self.known.story if line.event.startswith(OPENED)]

    @cached_property
    def erasures(self) -> list[Erasure]:
        """When contact details were removed, with the proof that was given."""
        told = journal.story([f"concern:{self.known.concern.pk}"])
        return [
            Erasure(entry.at, event.why == "asked", str(proofs.proof_of(entry)))
            for entry in told
            if isinstance(event := entry.event_object(), ContactErased)
        ]


def own_data(known: Tracked) -> OwnData:
    """Gather what is kept; a constant number of queries."""
    filed = known.concern.filed_at
    return OwnData(known, rights.shown_to(filed), rights.in_force(Text.RETENTION))


def copy_of(own: OwnData) -> dict[str, Any]:
    """Everything of this concern as plain data: the file a person takes away (PIPL art. 45).

    Sealed details are named and not opened: whoever holds the code, or a phone on which it was
    typed, shall not learn from it who the person is.
    """
    concern, known = own.known.concern, own.known
    return {
        "kind": "lianxin-own-data",
        "version": 1,
        "made_at": _at(clock.now()),
        "receipt_number": format_number(concern.number),
        "proof_of_filing": known.proof,
        "received_at": _at(concern.received_at),
        "filed_at": _at(concern.filed_at),
        "door": str(concern.get_channel_display()),
        "came": doors.told(concern),
        "known_as": str(concern.get_identity_display()),
        "answer_by": str(concern.get_reply_mode_display()),
        "title": concern.title,
        "words": concern.words,
        "sealed": concern.sealed is not None,
        "wish": concern.wish,
        "place": concern.place,
        "area": concern.area.name if concern.area else "",
        "latitude": str(concern.latitude) if concern.latitude is not None else None,
        "longitude": str(concern.longitude) if concern.longitude is not None else None,
        "happened_on": concern.happened_on.isoformat() if concern.happened_on else None,
        "added": [
            {"at": _at(row.added_at), "words": row.words} for row in intake.added_to(concern.pk)
        ],
        "sealed_details": own.sealed,
        "sealed_details_removed": [{"at": _at(row.at), "proof": row.proof} for row in own.erasures],
        "messages": [_message(row) for row in queries.messages_of(known.case, viewer=known.viewer)]
        if known.case
        else [],
        "replies": [_reply(reply) for reply in known.replies[::-1]],
        "promises": [
            {"by": row.due_on.isoformat(), "words": row.text, "outcome": row.outcome}
            for _number, row in known.promises
        ],
        "judgement": _judgement(known),
        "what_happened": [
            {"at": _at(line.at), "what": line.title, "words": line.text}
            for line in known.story[::-1]
        ],
        "kept": {str(what): _kept(row) for what, row in own.kept.items()},
        "notice": {"edition": own.notice.number, "from": own.notice.valid_from.isoformat()},
        "files": [_file(row) for row in own.files],
    }


def _at(moment: datetime) -> str:
    return localtime(moment).isoformat(timespec="seconds")


def _kept(row: Kept) -> dict[str, Any]:
    until = row.until.isoformat() if row.until else None
    return {"days_after_the_end": row.days, "until": until, "rests_on": row.source}


def _message(row: Message) -> dict[str, Any]:
    return {
        "at": _at(row.written_at),
        "by": row.unit.name if row.unit else _("you"),
        "words": row.words,
        "sealed": not row.words,
        "with_a_helper": row.helped,
        "read_at": _at(row.noted_at) if row.noted_at else None,
    }


def _reply(reply: Reply) -> dict[str, Any]:
    parts = ("history", "basis", "policy_gap", "responsibility", "balance", "next_step", "remedy")
    return {
        "at": _at(reply.decided_at) if reply.decided_at else None,
        "verdict": str(reply.get_verdict_display()),
        "summary": reply.summary,
        "findings": [{"asked": row.point, "found": row.text} for row in reply.findings.all()],
        **{name: getattr(reply, name) for name in parts if getattr(reply, name)},
    }


def _judgement(known: Tracked) -> dict[str, str] | None:
    mine = known.mine
    if mine is None:
        return None
    return {
        "solved": str(mine.get_solved_display()),
        "result": str(mine.get_result_display()),
        "speed": str(mine.get_speed_display()),
        "attitude": str(mine.get_attitude_display()),
        "words": mine.words,
    }


def _file(row: Attachment) -> dict[str, Any]:
    path = file_path(row.uuid, row.suffix)
    content = base64.b64encode(path.read_bytes()).decode() if path.exists() else ""
    return {
        "added_at": _at(row.added_at),
        "by": _("the office") if row.of_result else _("you"),
        "name": path.name,
        "type": FORMATS[row.suffix].media_type,
        "base64": content,
    }
