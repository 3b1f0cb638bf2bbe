"""Take in what a device kept: its files one by one, then the concern, once for ever."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.intake import proofs, receipts
from lianxin.intake.actions import NewConcern, Receipt, store_file
from lianxin.intake.models import Concern, DeviceEntry, Part
from lianxin.intake.offline import queries
from lianxin.kernel.ids import format_number
from lianxin.kernel.problems import Problem
from lianxin.ui.uploads import Arrived
from lianxin.vault import keys


@dataclass(frozen=True)
class Kept:
    """An entry as a device sends it.

    ``parts``: hex SHA-256 of each file, ``attachments``: files that arrived with the ordinary form,
    ``said``: everything typed, as posted. ``code``: 20 digits, or "" for the server to make one.
    """

    key: str
    said: tuple[tuple[str, str], ...]
    parts: tuple[str, ...] = ()
    attachments: tuple[UUID, ...] = ()
    code: str = ""
    made_at: datetime | None = None
    handed_over: bool = False

    @property
    def files(self) -> int:
        """How many files belong to it."""
        return len(self.parts) + len(self.attachments)

    def digest(self) -> str:
        """Hash of all of it but the claim of a clock: what tells a replay from other content.

        Keyed: a telephone number that stood in it could be tried out.
        """
        files = [*self.parts, *map(str, self.attachments)]
        content = [sorted(self.said), sorted(files), self.code]
        message = json.dumps(["kept", *content]).encode()
        return hmac.digest(keys.secret("pepper"), message, "sha256").hex()


class Missing(Exception):  # noqa: N818 - reads as what happened
    """Some files of the entry are not here, or no longer: the device sends them (again)."""

    def __init__(self, parts: Iterable[str]) -> None:
        self.parts = list(parts)
        super().__init__("files are missing")


class Different(Exception):  # noqa: N818 - the same
    """Something else was filed under this key; ``number``: as which concern."""

    def __init__(self, concern: Concern) -> None:
        self.number = format_number(concern.number)
        super().__init__("other content under a used key")


def keep_part(key: str, digest: str, sent: Arrived, *, most: int, keep_original: bool) -> None:
    """Keep one file of an entry; a file that is here already is kept once.

    Raises Problem when the entry has ``most`` files already.
    """
    entry = receipts.key_hash(key)
    there = Part.objects.filter(entry=entry)
    if there.filter(digest=digest).exists():
        return
    if there.count() >= most:
        raise Problem(_("There are as many files as can be sent with this."))
    row = store_file(sent.copy, original=sent.original if keep_original else None)
    try:
        with transaction.atomic():
            Part.objects.create(attachment=row, entry=entry, digest=digest)
    except IntegrityError:
        # The same file at the same moment: this copy is of no form, and goes with those.
        return


def replayed(kept: Kept) -> Receipt | None:
    """The receipt of an entry that was filed before, however long ago; None: it was not.

    Raises Different when what was filed is not what is sent now.
    """
    row = queries.entry_of(receipts.key_hash(kept.key))
    if row is None:
        return None
    if row.digest != kept.digest():
        raise Different(row.concern)
    proof = str(proofs.proof_for(row.concern) or "")
    return Receipt(row.concern, _code(row.concern, kept), fresh=False, proof=proof)


def files_for(kept: Kept, new: NewConcern) -> tuple[UUID, ...]:
    """The files of an entry that wait here; none when the ordinary form has filed it.

    Raises Missing for those that do not, and Different when the form filed something else.
    """
    key = receipts.key_hash(kept.key)
    filed = queries.concern_of_key(key)
    if filed is None:
        return _attached(kept, key)
    if filed.fingerprint != new.fingerprint() or _changed(filed, new):
        raise Different(filed)
    return ()


def _changed(filed: Concern, new: NewConcern) -> bool:
    """Whether something else was said of it since; contact details lie sealed and are not asked."""
    facts = ("about_official", "happened_on", "latitude", "longitude")
    return any(_plain(getattr(new, name)) != _plain(getattr(filed, name)) for name in facts) or (
        new.area_id not in (None, filed.area_id)
    )


def _plain(value: object) -> object:
    return round(value, 5) if isinstance(value, Decimal) else value


def file_kept(
    kept: Kept, new: NewConcern, attached: tuple[UUID, ...], file: Callable[[NewConcern], Receipt]
) -> Receipt:
    """File an entry with its files from `files_for`, or nothing. The caller has asked `replayed`.

    Raises Missing, Different, and Problem at the field.
    """
    key = receipts.key_hash(kept.key)
    with transaction.atomic():
        receipt = file(replace(new, key=kept.key, attachments=attached, code=kept.code))
        there = queries.files_of(receipt.concern)
        if not receipt.fresh:
            if there < kept.files:
                raise Different(receipt.concern)
            return replayed(kept) or receipt
        if there != kept.files:
            # Thrown away at this very moment, because no form had come for so long.
            raise Missing(kept.parts)
        DeviceEntry.objects.create(
            concern=receipt.concern,
            key=key,
            digest=kept.digest(),
            made_at=kept.made_at,
            handed_over=kept.handed_over,
        )
        Part.objects.filter(entry=key).delete()
    return receipt


def by_the_form(kept: Kept, receipt: Receipt) -> bool:
    """Whether it was the ordinary form that had filed it: what it sealed stays as it is."""
    return not receipt.fresh and queries.entry_of(receipts.key_hash(kept.key)) is None


def _code(concern: Concern, kept: Kept) -> str | None:
    """The code of an entry that was filed: its own, or the one given because its own was taken.

    Whoever asks holds the key and all that was said: it is the device that wrote it.
    """
    if concern.code_counter or concern.key != receipts.key_hash(kept.key):
        return None  # given anew since, or printed on a slip
    if not (concern.mac or concern.verifier):
        return None  # nobody holds one
    made = receipts.code_for(concern.key, concern.uuid)
    fits = [code for code in (kept.code, made) if code[: receipts.SELECTOR] == concern.selector]
    return fits[0] if fits else None


def _attached(kept: Kept, key: str) -> tuple[UUID, ...]:
    """The files of an entry that wait here. Raises Missing for those that do not."""
    if set(queries.waiting_names(kept.attachments)) != set(kept.attachments):
        gone = _("A file you added is not here any more. Please add it again, or leave it out.")
        raise Problem(gone, "attachments")
    here = queries.parts_of(key)
    if absent := [digest for digest in kept.parts if digest not in here]:
        raise Missing(absent)
    return (*kept.attachments, *(here[digest] for digest in kept.parts))
