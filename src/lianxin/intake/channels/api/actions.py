"""Tokens of programs, and doing a thing once under the caller's key."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from lianxin.access import ANONYMOUS, Viewer
from lianxin.intake import receipts
from lianxin.intake.actions.filing import SHOW_CODE_AGAIN, NewConcern, Receipt, file_concern
from lianxin.intake.channels.api import events
from lianxin.intake.channels.api.choices import DESK, Scope
from lianxin.intake.channels.api.models import ApiClient, ApiRequest
from lianxin.intake.channels.api.queries import token_hash
from lianxin.intake.models import Concern
from lianxin.journal.actions import record
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.notices.actions import tell
from lianxin.vault import keys

LONGEST = timedelta(days=3_653)
"""How long a token may be made for, if it has a last day."""
A_MINUTE = 60
"""What one program files in a minute; what is above waits for a person to let it through."""


def make_token(
    name: str,
    scopes: Collection[str],
    *,
    user_id: int | None = None,
    ends_on: date | None = None,
    by: Viewer,
) -> tuple[ApiClient, str]:
    """Let a program call; the token is shown this once. Raises Problem.

    A token for the desk is one person's: ``user_id``. ``ends_on``: its last day.
    """
    name = words.clean(name)
    if not 1 <= len(name) <= 60:
        raise Problem(_("Give it a name of up to %(limit)s characters.") % {"limit": 60}, "name")
    if not scopes or set(scopes) - set(Scope.values):
        raise Problem(_("There is no such scope."), "scopes")
    if bool(set(scopes) & DESK) != (user_id is not None):
        raise Problem(
            _("A token for the desk belongs to one person, any other to none."), "username"
        )
    _check_last_day(ends_on)
    told = " ".join(sorted(set(scopes)))
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        client = ApiClient.objects.create(
            name=name,
            token_hash=token_hash(token),
            scopes=told,
            user_id=user_id,
            made_at=clock.now(),
            ends_on=ends_on,
        )
        record(
            events.ApiTokenMade(told, user_id, _day(ends_on)), subject=client.subject, by=by.actor
        )
        if user_id is not None:
            tell([user_id], "api", _acts_for(name), reverse("programs_mine"), urgent=True)
    return client, token


def _may_act(name: str) -> str:
    return _("A program may now act for you: %(name)s") % {"name": name}


def _has_new_token(name: str) -> str:
    return _("A program that acts for you has a new token: %(name)s") % {"name": name}


# In the language of whoever reads it.
_acts_for, _renewed_for = lazy(_may_act, str), lazy(_has_new_token, str)


def _check_last_day(ends_on: date | None) -> None:
    if ends_on is not None and not clock.today() <= ends_on <= clock.today() + LONGEST:
        raise Problem(_("Give a day from today on, within ten years."), "ends_on")


def _day(ends_on: date | None) -> str:
    return ends_on.isoformat() if ends_on else ""


def renew_token(client: ApiClient, *, ends_on: date | None = None, by: Viewer) -> str:
    """Give a program a new token, shown this once; the old one opens nothing from now on.

    It stays the same program: its idempotency keys and webhooks hold. Raises Problem.
    """
    _check_last_day(ends_on)
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        rows = ApiClient.objects.filter(pk=client.pk, revoked_at=None)
        if not rows.update(token_hash=token_hash(token), ends_on=ends_on):
            raise Problem(_("This program can call no more: its token was revoked."))
        record(events.ApiTokenRenewed(_day(ends_on)), subject=client.subject, by=by.actor)
        if client.user_id is not None and client.user_id != by.user_id:
            text = _renewed_for(client.name)
            tell([client.user_id], "api", text, reverse("programs_mine"), urgent=True)
    return token


def revoke_token(client: ApiClient, *, by: Viewer) -> None:
    """Let a program call no more. What it did stays."""
    with transaction.atomic():
        rows = ApiClient.objects.filter(pk=client.pk, revoked_at=None)
        if rows.update(revoked_at=clock.now()):
            record(events.ApiTokenRevoked(), subject=client.subject, by=by.actor)


@dataclass(frozen=True)
class Once:
    """Under which key something is done, by whom, and what was sent for it.

    ``caller`` keeps the keys of two callers apart. ``sent`` is anything that JSON can say.
    """

    caller: str
    key: str
    sent: Any
    client_id: int | None = None

    @property
    def key_hash(self) -> str:
        """How the key is kept."""
        return hashlib.sha256(f"{self.caller}:{self.key}".encode()).hexdigest()

    @property
    def digest(self) -> str:
        """Keyed: from a plain hash somebody could try which number stood in it."""
        message = json.dumps(["api", self.sent], sort_keys=True, default=str).encode()
        return hmac.digest(keys.secret("pepper"), message, "sha256").hex()


class KeyUsed(Exception):  # noqa: N818 - reads as what was found
    """The key was used for something else."""


def done_before(once: Once) -> ApiRequest | None:
    """What was done under this key; None: nothing yet. Raises KeyUsed."""
    row = ApiRequest.objects.filter(key_hash=once.key_hash).select_related("concern").first()
    if row is not None and row.digest != once.digest:
        raise KeyUsed
    return row


def do_once(once: Once, act: Callable[[], object]) -> bool:
    """Do something and keep its key in the same transaction; whether it was not done before.

    What the act raises undoes both, so that the key is free for a better try. Raises KeyUsed.
    """
    with transaction.atomic():
        if _kept(once) is None:
            return False
        act()
    return True


def _file_as_anybody(new: NewConcern) -> Receipt:
    return file_concern(new, by=ANONYMOUS)


def file_once(
    once: Once,
    make: Callable[[str], NewConcern],
    file: Callable[[NewConcern], Receipt] = _file_as_anybody,
) -> tuple[Concern, str | None, bool]:
    """File what ``make(key)`` gives; the concern, the code if it may be shown, if it is new.

    ``file``: how a door of the desk files. Raises Problem, and KeyUsed.
    """
    with transaction.atomic():
        row = _kept(once)
        if row is not None:
            receipt = file(make(f"api:{once.key_hash}"))
            ApiRequest.objects.filter(pk=row.pk).update(concern=receipt.concern)
            return receipt.concern, receipt.code, True
    known = done_before(once)
    assert known is not None and known.concern is not None
    return filed_before(known.concern)


def filed_before(concern: Concern) -> tuple[Concern, str | None, bool]:
    """The answer to a filing that comes again: the same, its code for a day."""
    again = clock.now() - concern.filed_at < SHOW_CODE_AGAIN and not concern.code_counter
    code = receipts.code_for(concern.key, concern.uuid) if again else ""
    held = concern.mac or concern.verifier
    # Nobody holds one, or it is printed on a slip.
    if not held or code[: receipts.SELECTOR] != concern.selector:
        code = ""
    return concern, code or None, False


def _kept(once: Once) -> ApiRequest | None:
    row = ApiRequest(
        key_hash=once.key_hash, digest=once.digest, at=clock.now(), client_id=once.client_id
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # The same at the same moment: whoever came first has done it by now.
        if done_before(once) is None:
            raise
        return None
    return row
