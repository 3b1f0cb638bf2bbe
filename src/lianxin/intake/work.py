"""A little work that a device does before it sends, when far more arrives than people send.

The challenge (ALTCHA, PBKDF2) is signed and bound to what is being sent: a filing's key, a code
that is tried. Solved once it serves that one thing; for another it is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time

from django.core import signing
from django.core.cache import cache

from lianxin.vault import keys

COST, LEAST, MOST = 2_000, 100, 400
"""Rounds a try, and how many tries: half a second on a desktop, three on an old phone."""
HOLDS = 600
"""Seconds for which a challenge holds."""
WAIT = 10
"""Seconds that whoever cannot calculate waits instead, when a code is looked up."""
LONGEST = 4_000


def ask(bound: str) -> str:
    """A challenge for this very thing, as JSON."""
    import altcha  # needed in a flood alone

    tries = LEAST + secrets.randbelow(MOST - LEAST)
    challenge = altcha.create_challenge(
        "PBKDF2/SHA-256",
        COST,
        counter=tries,
        expires_at=int(time.time()) + HOLDS,
        data={"for": _digest(bound)},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("solution"),
    )
    return json.dumps(challenge.to_dict())


def is_done(payload: str, bound: str) -> bool:
    """Whether this is a solution of a challenge of ours for this very thing."""
    import altcha

    if not payload or len(payload) > LONGEST:
        return False
    found = altcha.verify_solution(
        payload, _secret("challenge"), hmac_key_secret=_secret("solution")
    )
    if not found.verified:
        return False
    told = altcha.Payload.from_base64(payload).challenge.parameters.data
    return isinstance(told, dict) and told.get("for") == _digest(bound)


def ticket(bound: str) -> str:
    """For whoever cannot calculate: worth something after `WAIT` seconds, once."""
    return signing.dumps([_digest(bound), int(time.time())], salt="lianxin.wait")


def is_ticket(text: str, bound: str) -> bool:
    """Whether this is a ticket for this very thing, old enough or not."""
    return _given(text, bound) is not None


def has_waited(text: str, bound: str) -> bool:
    """Whether a ticket for this very thing is old enough."""
    given = _given(text, bound)
    return given is not None and time.time() - given >= WAIT


def _given(text: str, bound: str) -> int | None:
    """When a ticket was given, in seconds since 1970."""
    try:
        match signing.loads(text[:LONGEST], salt="lianxin.wait", max_age=HOLDS):
            case [str(told), int(at)] if told == _digest(bound):
                return at
    except signing.BadSignature:
        pass
    return None


def is_fresh(used: str) -> bool:
    """Whether a solution or ticket is used for the first time; from now on it is not."""
    name = hashlib.sha256(used.encode("utf-8", "replace")).hexdigest()
    return bool(cache.add(f"used:{name}", 1, HOLDS + 60))


def _digest(bound: str) -> str:
    return hmac.digest(_secret("bound"), bound.encode(), "sha256").hex()[:32]


def _secret(name: str) -> bytes:
    return hmac.digest(keys.secret("pepper"), f"work.{name}".encode(), "sha256")
