"""Telling a program that something moved: an address, a secret, and what is owed to it.

Standard Webhooks (standardwebhooks.com): signed, told again until it is taken, never with words.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import json
import random
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Viewer
from lianxin.intake.channels.api import events
from lianxin.intake.channels.api.models import ApiClient, ApiDelivery, ApiHook
from lianxin.intake.channels.api.queries import may_call
from lianxin.journal.actions import record
from lianxin.kernel import clock, signatures
from lianxin.kernel.problems import Problem
from lianxin.vault import keys, shut

ROOM = "api.hook"
MARK = "whsec_"
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Between one try and the next, as the specification proposes; after the last it is given up."""
SECONDS = 10.0
"""One call, from looking up the name to the status, however slowly the other side speaks."""
RUN = 30.0
"""Seconds after which a run begins no more calls: all other chores wait behind it."""
REST = timedelta(minutes=5)
"""What else is owed to a receiver that has just failed waits so long: one call finds that out."""
BATCH = 100
KEPT = timedelta(days=30)
PUBLIC = ipaddress.ip_network("2000::/3")
"""Unicast of the whole internet. Outside lies what carries an address of IPv4 in it (NAT64
64:ff9b::/96 and 64:ff9b:1::/48, ::/96, ::ffff:0:0/96) and what was for sites (fec0::/10)."""
TUNNELS = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
"""6to4 and Teredo: of IPv4 inside, too (RFC 3056, RFC 4380)."""


def set_hook(client: ApiClient, address: str, *, by: Viewer) -> str:
    """Tell this program at this address from now on; the secret is shown this once.

    What was there before ends, and what was owed to it is given up. Raises Problem at `address`.
    """
    if not may_call(client):
        raise Problem(_("This program can call no more: its token was revoked."))
    parts = _parts(address)
    if parts is None:
        raise Problem(_("Give an https address, without a name and password in it."), "address")
    made = secrets.token_bytes(24)
    with transaction.atomic():
        end_hook(client, by=by)
        hook = ApiHook.objects.create(client=client, address=address, made_at=clock.now())
        hook.sealed = shut.seal(ROOM, made.hex(), bound=f"hook:{hook.pk}")
        hook.save()
        record(events.ApiHookSet(), subject=client.subject, by=by.actor)
    return MARK + base64.b64encode(made).decode()


def end_hook(client: ApiClient, *, by: Viewer) -> None:
    """Tell this program nothing more. The list of what it was told stays, the secret does not."""
    now = clock.now()
    with transaction.atomic():
        live = ApiHook.objects.filter(client=client, ended_at=None)
        ended = list(live.select_for_update().values_list("pk", flat=True))
        if ended:
            live.update(ended_at=now, sealed=b"")
            ApiDelivery.objects.filter(hook__in=ended).update(due_at=None)
            record(events.ApiHookDropped(), subject=client.subject, by=by.actor)


def live_hooks() -> list[ApiHook]:
    """Hooks of programs that may still call."""
    rows = ApiHook.objects.filter(client__revoked_at=None, ended_at=None)
    found = rows.select_related("client").order_by("pk")
    return [hook for hook in found if may_call(hook.client)]


def owe(hook: ApiHook, told: Iterable[tuple[int, str, str, datetime]]) -> None:
    """Owe a program (entry, type, number of the case, moment); each entry once."""
    rows = [
        ApiDelivery(hook=hook, entry=entry, kind=kind, number=number, at=at, due_at=clock.now())
        for entry, kind, number, at in told
    ]
    ApiDelivery.objects.bulk_create(rows, ignore_conflicts=True)


def deliver(may: Callable[[ApiDelivery], bool], now: datetime | None = None) -> int:
    """Send what is due; how many were taken. Not in a transaction.

    ``may``: whether it may still be told; what may not is forgotten. A try is counted before it is
    made, so that a process that dies in it costs a wait and nothing else. Receivers come in an
    order of chance, and a failed try ends the turn of its receiver: none keeps the others waiting.
    """
    now, end = now or clock.now(), time.monotonic() + RUN
    due = ApiDelivery.objects.filter(due_at__lte=now)
    receivers = list(due.order_by().values_list("hook", flat=True).distinct())
    random.shuffle(receivers)
    taken = 0
    for pk in receivers:
        mine = due.filter(hook=pk)
        sent, failed = _turn(mine.select_related("hook__client__user"), may, now, end)
        taken += sent
        if failed:
            mine.update(due_at=now + REST)
        if time.monotonic() >= end:
            break
    return taken


def _turn(
    due: QuerySet[ApiDelivery], may: Callable[[ApiDelivery], bool], now: datetime, end: float
) -> tuple[int, bool]:
    """Send what is due to one receiver until a try fails; how many were taken, and if one failed.

    ``end``: on the monotonic clock.
    """
    taken = 0
    for row in due.order_by("due_at", "pk")[:BATCH]:
        if time.monotonic() >= end:
            break
        later = now + WAITS[row.attempts] if row.attempts < len(WAITS) else None
        mine = ApiDelivery.objects.filter(pk=row.pk, due_at=row.due_at)
        if not mine.update(attempts=row.attempts + 1, due_at=later):
            continue  # another worker has just taken it
        mine = ApiDelivery.objects.filter(pk=row.pk)
        if not may_call(row.hook.client) or not may(row):
            mine.delete()
            continue
        status = _send(row)
        done = 200 <= status < 300
        ended = {"due_at": None, "done_at": now} if done else {}
        mine.update(status=status, **ended)
        if status == http.client.GONE:
            end_hook(row.hook.client, by=SYSTEM)
        if not done:
            return taken, True
        taken += 1
    return taken, False


def forget(now: datetime | None = None) -> None:
    """Drop what is more than 30 days old, be it told, given up, or never taken; and ended hooks."""
    old = (now or clock.now()) - KEPT
    ApiDelivery.objects.filter(at__lt=old).delete()
    ApiHook.objects.filter(ended_at__lt=old).delete()


def body_of(row: ApiDelivery) -> bytes:
    """What is told: that something of this kind happened to this case, and when. No words."""
    tree = {
        "type": row.kind,
        "timestamp": row.at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
        "data": {"id": str(row.uuid), "number": row.number},
    }
    return json.dumps(tree).encode()


def _send(row: ApiDelivery) -> int:
    """The status of the answer; 0: none came, or the address is not one that may be called."""
    try:
        secret = bytes.fromhex(shut.unseal(ROOM, row.hook.sealed, bound=f"hook:{row.hook_id}"))
    except keys.KeysUnusable:
        return 0
    body = body_of(row)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Lianxin",
        **signatures.webhook_headers(str(row.uuid), body, secret),
    }
    try:
        return post(row.hook.address, body, headers)
    except (OSError, http.client.HTTPException, ValueError):
        return 0


# --- out of the house ----------------------------------------------------------------------------
def post(address: str, body: bytes, headers: dict[str, str]) -> int:
    """Post to an address and tell the status. Follows nothing, reads nothing of the answer.

    The name is looked up once, and what was looked up is what is called: a name that leads into
    our own network, now or at the second look, is refused. Raises OSError.
    """
    parts = _parts(address)
    if parts is None:
        raise OSError("not an address that may be called")
    end = time.monotonic() + SECONDS
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _Pinned(parts, where(parts.hostname or "", port), port, end)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with connection.watched():
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
    finally:
        connection.close()


def where(host: str, port: int) -> str:
    """The address of a host, if all that it has may be called. Raises OSError."""
    found = _looked_up(host, port)
    if not found or not all(map(_may_be_called, found)):
        raise OSError("this host lies in a network that is not called")
    return sorted(found)[0]


def _looked_up(host: str, port: int) -> set[str]:
    """What a name leads to. The system's own look-up knows no limit: it is left behind after ours.

    Raises OSError. What was left behind ends by itself; nobody waits for it.
    """
    answer: Future[list[Any]] = Future()

    def look() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            answer.set_exception(error)

    threading.Thread(target=look, daemon=True).start()
    # A TimeoutError is an OSError.
    return {str(info[4][0]) for info in answer.result(SECONDS)}


def _may_be_called(text: str) -> bool:
    one = ipaddress.ip_address(text.partition("%")[0])
    one = getattr(one, "ipv4_mapped", None) or one
    if any(one in network for network in settings.HOOK_NETWORKS):
        return True
    if one.version == 6 and (one not in PUBLIC or any(one in network for network in TUNNELS)):
        return False
    return one.is_global and not one.is_multicast


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        fine = bool(parts.hostname) and not parts.username and (parts.port or 1) > 0
    except ValueError:
        return None
    schemes = ("https", "http") if settings.HOOK_NETWORKS else ("https",)
    fine = fine and parts.scheme in schemes and address.isascii() and address.isprintable()
    return parts if fine and " " not in address and len(address) <= 500 else None


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name that was asked for."""

    def __init__(self, parts: SplitResult, ip: str, port: int, end: float) -> None:
        super().__init__(parts.hostname or "", port, timeout=SECONDS)
        self.ip, self.tls, self.end = ip, parts.scheme == "https", end
        self.default_port = 443 if self.tls else 80  # is left out of the header Host

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Connected within; at the ``end`` the line is cut, in whatever step it is.

        The timeout of a socket is of one step: whoever sends a byte at a time would keep us.
        """
        plain = socket.create_connection((self.ip, self.port), max(0.1, self._left()))
        self.sock: Any = plain
        with plain.dup() as line:
            watch = threading.Timer(self._left(), _cut, [line])
            watch.daemon = True
            watch.start()
            try:
                if self.tls:
                    context = ssl.create_default_context()
                    self.sock = context.wrap_socket(plain, server_hostname=self.host)
                yield
            finally:
                watch.cancel()
                watch.join()

    def _left(self) -> float:
        return max(0.0, self.end - time.monotonic())


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
