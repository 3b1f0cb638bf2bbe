"""Give and revoke keys; file what other systems send, once, and add what they add."""

from __future__ import annotations

import hmac
import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import ANONYMOUS, Viewer
from lianxin.intake import flood, receipts
from lianxin.intake.actions import NewConcern, add_words, file_concern
from lianxin.intake.actions.adding import LONGEST as LONGEST_ADDITION
from lianxin.intake.actions.filing import SHOW_CODE_AGAIN
from lianxin.intake.channels.open311 import events, queries
from lianxin.intake.channels.open311.models import Open311Client, Open311Request, Open311Update
from lianxin.intake.channels.open311.queries import key_hash
from lianxin.intake.choices import Channel, Identity
from lianxin.intake.models import Concern
from lianxin.intake.queries import resident_of
from lianxin.journal.actions import record
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.vault import keys

A_MINUTE = 60
"""What one system files in a minute; what is above waits for a person to let it through."""
SAME_FOR = timedelta(minutes=10)
"""For so long the same again is a retry, where the client gives no key of its own."""


def make_key(name: str, *, by: Viewer) -> tuple[Open311Client, str]:
    """Let another system file here; the key is shown this once. Raises Problem."""
    name = words.clean(name)
    if not 1 <= len(name) <= 60:
        raise Problem(_("Give it a name of up to %(limit)s characters.") % {"limit": 60}, "name")
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        client = Open311Client.objects.create(
            name=name, key_hash=key_hash(key), made_at=clock.now()
        )
        record(events.ClientKeyMade(), subject=client.subject, by=by.actor)
    return client, key


def revoke_key(client: Open311Client, *, by: Viewer) -> None:
    """Let a system file no more. What it has filed stays."""
    with transaction.atomic():
        rows = Open311Client.objects.filter(pk=client.pk, revoked_at=None)
        if rows.update(revoked_at=clock.now()):
            record(events.ClientKeyRevoked(), subject=client.subject, by=by.actor)


@dataclass(frozen=True)
class NewRequest:
    """What a system sends for somebody. ``key``: by which it knows its own retry; may be empty.

    ``sent``: everything that came, to tell a retry from something else.
    """

    service_code: str
    words: str
    sent: Sequence[tuple[str, str]]
    key: str = ""
    place: str = ""
    area_id: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    contact: dict[str, str] = field(default_factory=dict)
    language: str = "zh-hans"


@dataclass(frozen=True)
class Filed:
    """What the system is told; the code as long as it may be shown."""

    concern: Concern
    code: str | None
    fresh: bool


def filed_before(client_id: int, new: NewRequest) -> Filed | None:
    """What this was filed as, when it comes again. Raises Problem when a key was used for other.

    Inside a transaction nobody else files the same until it ends.
    """
    return _filed_before(client_id, new, _digest(client_id, new))


def _filed_before(client_id: int, new: NewRequest, digest: str) -> Filed | None:
    stored = receipts.key_hash(_key(client_id, new)) if new.key else None
    known = queries.filed_as(client_id, digest, stored)
    if known is None:
        return None
    if known[1] != digest:
        raise Problem(_("This Idempotency-Key was used for another request."), "key")
    concern = Concern.objects.get(pk=known[0])
    age = clock.now() - concern.filed_at
    if not new.key and age > SAME_FOR:
        return None
    shown = age < SHOW_CODE_AGAIN and not concern.code_counter
    code = receipts.code_for(concern.key, concern.uuid) if shown else None
    return Filed(concern, code, fresh=False)


class NoKey(Exception):  # noqa: N818 - reads as what was found
    """No system has this key, or it was revoked."""


class _FiledBefore(Exception):  # noqa: N818 - reads as what was found
    def __init__(self, done: Filed) -> None:
        self.done = done


def file_request(key: str, new: NewRequest, *, attachments: Iterable[uuid.UUID] = ()) -> Filed:
    """File what the system with this key sends for somebody; sent again it is the same concern.

    Name, number and address are sealed, and only the intake desk may see them: nobody asked the
    sender who else may. What one system sends above `A_MINUTE` is filed and held back. Raises
    NoKey, and Problem.
    """
    client_id = queries.client_id_with(key)
    if client_id is None:
        raise NoKey
    filing = NewConcern(
        key=_key(client_id, new),
        channel=Channel.OPEN311,
        words=new.words,
        place=new.place,
        area_id=new.area_id,
        latitude=new.latitude,
        longitude=new.longitude,
        identity=Identity.CONFIDENTIAL if new.contact else Identity.ANONYMOUS,
        contact=new.contact,
        language=new.language,
        attachments=tuple(attachments),
        quarantined=flood.many_from(f"open311:{client_id}", most=A_MINUTE),
    )

    digest = _digest(client_id, new)

    def only_once() -> None:
        if known := _filed_before(client_id, new, digest):
            raise _FiledBefore(known)

    def request(concern: Concern) -> list[Open311Request]:
        said = {"service_code": new.service_code, "digest": digest}
        return [Open311Request(concern_id=concern.pk, client_id=client_id, **said)]

    try:
        receipt = file_concern(filing, by=ANONYMOUS, first=only_once, beside=request)
    except _FiledBefore as before:
        return before.done
    return Filed(receipt.concern, receipt.code, fresh=True)


def _key(client_id: int, new: NewRequest) -> str:
    return f"open311:{client_id}:{new.key or uuid.uuid4()}"


def _digest(client_id: int, new: NewRequest) -> str:
    # Keyed: from a plain hash somebody could try which number stood in it.
    message = json.dumps(["open311", client_id, *new.sent]).encode()
    return hmac.digest(keys.secret("pepper"), message, "sha256").hex()


def known_update(request: Open311Request, update_id: str) -> Open311Update | None:
    """What was added under this id before."""
    return Open311Update.objects.filter(request=request, update_id=update_id).first()


def add_update(
    request: Open311Request,
    *,
    update_id: str,
    said: str,
    attachments: Iterable[uuid.UUID] = (),
) -> Open311Update:
    """Add what the resident adds to what the system filed; the same id again adds nothing.

    Raises Problem when it is empty or too long.
    """
    if len(said) > LONGEST_ADDITION:
        raise Problem(
            _("This is longer than %(limit)s characters.") % {"limit": LONGEST_ADDITION}, "words"
        )
    with transaction.atomic():
        Open311Request.objects.select_for_update().get(pk=request.pk)
        if known := known_update(request, update_id):
            return known
        addition = add_words(
            request.concern,
            words=said,
            attachments=tuple(attachments),
            by=resident_of(request.concern),
        )
        return Open311Update.objects.create(
            request=request, update_id=update_id, uuid=uuid.uuid4(), addition=addition
        )
