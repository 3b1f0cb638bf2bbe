"""How fast concerns arrive, as this process sees it (T20).

Below the rates nothing is asked of anybody, nothing is looked up and nothing is kept. Above them
the form asks the device for a little work; what comes without it is held back, never refused.
Networks are counted under a keyed hash whose key is thrown away every hour, in memory alone.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

SHARED = ip_network("100.64.0.0/10")
"""Addresses that providers share among thousands of phones (RFC 6598)."""
SHARED_TIMES = 20
"""A shared exit may send so many times what another network may."""


class Meter:
    """Arrivals in this minute and the one before, of all and of each network."""

    def __init__(self) -> None:
        """Nothing has arrived."""
        self.minute = self.hour = 0
        self.key = b""
        self.now: Counter[bytes] = Counter()
        self.before: Counter[bytes] = Counter()

    def count(self, network: bytes) -> float:
        """Count an arrival and tell how many there are a minute."""
        self._turn()
        self.now[network] += 1
        return self.now[network] + self.before[network] * (1 - time.time() % 60 / 60)

    def hashed(self, network: str) -> bytes:
        """A network as it is counted: nobody can read an address from it, nor link two hours."""
        self._turn()
        return hashlib.blake2b(network.encode(), key=self.key, digest_size=8).digest()

    def _turn(self) -> None:
        minute = int(time.time() // 60)
        if minute == self.minute:
            return
        self.before = self.now if minute == self.minute + 1 else Counter()
        self.now, self.minute = Counter(), minute
        if minute // 60 != self.hour:
            self.hour, self.key = minute // 60, os.urandom(16)


meter = Meter()


def rising(request: HttpRequest) -> bool:
    """Count a concern that is being sent; whether more arrive than people write."""
    most, each = settings.FLOOD_ALL, settings.FLOOD_NETWORK
    if not most:
        return False
    rate = meter.count(b"")
    if rate > most:
        return True
    # No network can have sent more than all have: until then none is looked at.
    if rate <= each:
        return False
    network, shared = network_of(request)
    if not network:
        return False
    return meter.count(meter.hashed(network)) > each * (SHARED_TIMES if shared else 1)


def many_from(whom: str, *, most: int) -> bool:
    """Count something of somebody; whether they send more than `most` a minute."""
    return meter.count(meter.hashed(whom)) > most


def asks_too_often(request: HttpRequest, *, most: int) -> bool:
    """Count a look-up; whether a network makes more than ``most`` a minute, a shared one more."""
    network, shared = network_of(request)
    return bool(network) and many_from(
        f"look:{network}", most=most * (SHARED_TIMES if shared else 1)
    )


def network_of(request: HttpRequest) -> tuple[str, bool]:
    """The network a request comes from ("" when unknown), and whether many people share it.

    Behind a TLS proxy it is what the proxy has put last into X-Forwarded-For.
    """
    told = str(request.META.get("REMOTE_ADDR", ""))
    if settings.HTTPS:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        address = ip_address(told)
    except ValueError:
        return "", False
    address = getattr(address, "ipv4_mapped", None) or address
    network = ip_network((address, 24 if address.version == 4 else 48), strict=False)
    return str(network), _is_shared(address)


def _is_shared(address: IPv4Address | IPv6Address) -> bool:
    if address.is_private or address in SHARED:
        return True
    return any(address in network for network in settings.SHARED_EXITS)
