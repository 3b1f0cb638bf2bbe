"""Reads of concerns."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet

from lianxin.access import Viewer, scope
from lianxin.intake import receipts
from lianxin.intake.channels.email.queries import address_of
from lianxin.intake.channels.open311.queries import service_code_of as service_code_of
from lianxin.intake.models import (
    Addition,
    Attachment,
    Concern,
    Helper,
    Hold,
    JoinWish,
    NoticeChoice,
)
from lianxin.intake.sealed import read_with_keys as read_with_keys
from lianxin.intake.sealed import revealed
from lianxin.kernel import clock
from lianxin.kernel.ids import parse_code


def by_code(text: str) -> Concern | None:
    """The concern that a typed query code opens, or None. Spaces and full-width digits are fine."""
    code = parse_code(text)
    if code is None:
        return None
    concern = Concern.objects.filter(selector=code[: receipts.SELECTOR]).first()
    # Nobody's costs the same as somebody's.
    kept = concern or Concern(uuid=uuid.UUID(int=0))
    opens = receipts.matches(kept.uuid, code, verifier=kept.verifier, mac=kept.mac)
    return concern if opens else None


def to_harden() -> QuerySet[Concern]:
    """Concerns whose code is still kept as filing wrote it, the oldest first."""
    return Concern.objects.filter(mac__isnull=False).only("pk", "mac").order_by("pk")


def resident_of(concern: Concern) -> Viewer:
    """The viewer who holds the code of this concern, and of nothing else."""
    return Viewer(user_id=None, name="", kind="resident", concern_id=concern.pk)


def notice_choice(concern_id: int) -> str | None:
    """By which way a person wishes to be told of news; None: not at all."""
    rows = NoticeChoice.objects.filter(concern=concern_id)
    return rows.values_list("way", flat=True).first()


def join_wishes(concern_ids: Iterable[int]) -> dict[int, str]:
    """Which receipt numbers these people said are the same matter as theirs, by concern."""
    rows = JoinWish.objects.filter(concern__in=list(concern_ids))
    return dict(rows.values_list("concern", "number"))


def added_texts(concern_ids: Iterable[int]) -> dict[int, list[str]]:
    """The words that were added to these concerns, by concern, the oldest first."""
    found: dict[int, list[str]] = {}
    rows = Addition.objects.filter(concern__in=list(concern_ids)).order_by("pk")
    for concern, text in rows.values_list("concern", "words"):
        found.setdefault(concern, []).append(text)
    return found


def mail_address_of(concern_id: int) -> str:
    """Where mails about a concern come from and answers go; empty when there is none."""
    return address_of(concern_id)


@dataclass(frozen=True)
class LetIn:
    """A helper who may come in, or is looking along now."""

    pk: int
    number: str
    may_write: bool
    until: datetime
    opened: bool
    standing: bool = False


def live_helpers() -> QuerySet[Helper]:
    """Those whose time has not passed and whom nobody has sent away."""
    return Helper.objects.filter(until__gt=clock.now(), ended_at__isnull=True)


def helpers_of(concern: Concern) -> list[LetIn]:
    """Who may look at a concern together with the person now."""
    return [
        LetIn(row.pk, "" if row.standing else receipts.helper_number(row.uuid), row.may_write,
              row.until, row.opened_at is not None, row.standing)
        for row in live_helpers().filter(concern=concern).order_by("pk")
    ]  # fmt: skip


def helper_looking(helper: uuid.UUID, viewer: Viewer) -> Helper | None:
    """The helper with whom a concern was opened in this browser, while that may last.

    What was opened by staff ends with their right to see the case.
    """
    rows = live_helpers().filter(uuid=helper, opened_at__isnull=False)
    row = rows.select_related("concern__area").first()
    if row is None or row.opened_by_id is None:
        return row
    mine = viewer.user_id == row.opened_by_id and sees(viewer, row.concern)
    return row if mine else None


def sees(viewer: Viewer, concern: Concern) -> bool:
    """Whether a concern is in the viewer's sight."""
    return scope(viewer, Concern).filter(pk=concern.pk).exists()


def held_back() -> QuerySet[Hold]:
    """What came in a flood and waits for a person, the oldest first."""
    return Hold.objects.filter(released_at__isnull=True).order_by("held_at", "pk")


def is_held(concern: Concern) -> bool:
    """Whether a concern waits for a person to let it through."""
    return held_back().filter(concern=concern).exists()


def waiting_files(uuids: Iterable[uuid.UUID]) -> list[Attachment]:
    """Files that were uploaded with a form not yet sent."""
    return list(
        Attachment.objects.filter(uuid__in=list(uuids), concern__isnull=True).order_by("pk")
    )


def unfiled(words: str, *, place: str, area_id: int | None) -> Concern:
    """What somebody is saying just now, to be compared with what was filed; never saved."""
    return Concern(words=words, place=place, area_id=area_id, received_at=clock.now())


def recent_near(
    concern: Concern, *, since: datetime, among: Iterable[int] | None = None, limit: int = 300
) -> list[Concern]:
    """Concerns since a moment that may touch the same place: same area, or no area given.

    ``among`` narrows to the concerns a viewer may see. Newest first, never the concern itself.
    """
    rows = Concern.objects.filter(received_at__gte=since).exclude(pk=concern.pk)
    if concern.area_id is not None:
        rows = rows.filter(Q(area_id=concern.area_id) | Q(area__isnull=True))
    if among is not None:
        rows = rows.filter(pk__in=among)
    return list(rows.order_by("-received_at", "-pk")[:limit])


def newest_in(areas: Iterable[int], *, since: datetime, limit: int = 300) -> QuerySet[Concern, int]:
    """The ids of the newest concerns of some areas since a moment; for use in another query."""
    rows = Concern.objects.filter(area__in=list(areas), received_at__gte=since)
    return rows.order_by("-received_at").values_list("pk", flat=True)[:limit]


def without_case(pks: Iterable[int]) -> list[Concern]:
    """Those of these concerns whose case may be opened and is not, in the order they were filed."""
    through = Q(hold__isnull=True) | Q(hold__released_at__isnull=False)
    rows = Concern.objects.filter(through, pk__in=list(pks), case__isnull=True)
    return list(rows.select_related("hold").order_by("pk"))


def additions_of(concern_id: int) -> dict[int, str]:
    """What was added to a concern, by id."""
    return dict(Addition.objects.filter(concern_id=concern_id).values_list("pk", "words"))


def added_to(concern_id: int) -> list[Addition]:
    """What was added to a concern, in the order it was added."""
    return list(Addition.objects.filter(concern=concern_id).order_by("added_at", "pk"))


def concern_by_id(pk: int) -> Concern | None:
    """The concern with this id, for work that has no viewer."""
    return Concern.objects.filter(pk=pk).first()


def concern_numbered(number: str) -> Concern | None:
    """The concern with this receipt number, for work that has no viewer."""
    return Concern.objects.filter(number=number).first()


def concern_held(owner: uuid.UUID, counter: int) -> Concern | None:
    """The concern whose code, in its present form, somebody has typed before."""
    rows = Concern.objects.select_related("area")
    return rows.filter(uuid=owner, code_counter=counter).first()


def attachments_of(concern_id: int) -> list[Attachment]:
    """The files of a concern, in the order they were added."""
    return list(Attachment.objects.filter(concern=concern_id).order_by("pk"))


def opened_additions(concern: Concern, viewer: Viewer) -> list[Addition]:
    """What was added to a concern, the oldest first, as far as the viewer can open it."""
    return revealed(list(concern.additions.order_by("added_at", "pk")), concern, viewer)


def files_of(concern: int | OuterRef) -> QuerySet[Attachment]:
    """The files of a concern; for use inside another query."""
    return Attachment.objects.filter(concern=concern)


def attachment_by_id(pk: int) -> Attachment | None:
    """The file with this id, for work that has no viewer."""
    return Attachment.objects.filter(pk=pk).first()


def concerns_of_files(pks: Iterable[int]) -> dict[int, int]:
    """The ids of the concerns that these files (ids) were sent with, by the file's."""
    rows = Attachment.objects.filter(pk__in=list(pks), concern__isnull=False)
    return dict(rows.values_list("pk", "concern_id"))


def attachment_for(viewer: Viewer, name: uuid.UUID) -> Attachment | None:
    """A file for those who may see its concern.

    While it waits for its form to be sent, its name, which nobody can guess, is the key to it.
    What is not theirs costs the same queries as what does not exist.
    """
    theirs = Q(concern__isnull=True)
    if viewer.concern_id is not None:
        theirs |= Q(concern=viewer.concern_id)
    if viewer.signed_in:
        theirs |= Q(concern__in=scope(viewer, Concern))
    return Attachment.objects.filter(theirs, uuid=name).first()
