"""Keys stay unlocked in one browser until they are locked or the sign-in ends.

They lie in the session encrypted with a key that only the browser's cookie holds: a copy of the
database opens nothing, and neither does the cookie without the session.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.conf import settings
from django.http import HttpRequest, HttpResponse

KEPT = "unlocked"
NONCE = 12


def cookie() -> str:
    """The name of the cookie."""
    return "__Host-k" if settings.HTTPS else "keys"


def keep(
    request: HttpRequest, response: HttpResponse, unlocked: Sequence[str], *, user_id: int
) -> None:
    """Keep private keys unlocked at this browser, for this person, beside those that are."""
    every = dict.fromkeys([*unlocked_at(request, user_id=user_id), *unlocked])
    half, nonce = ChaCha20Poly1305.generate_key(), secrets.token_bytes(NONCE)
    told = json.dumps(list(every)).encode()
    sealed = nonce + ChaCha20Poly1305(half).encrypt(nonce, told, str(user_id).encode())
    request.session[KEPT] = base64.b64encode(sealed).decode()
    response.set_cookie(
        cookie(), base64.urlsafe_b64encode(half).decode(), secure=settings.HTTPS, httponly=True,
        samesite="Strict",
    )  # fmt: skip


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Lock the keys again."""
    request.session.pop(KEPT, None)
    response.delete_cookie(cookie(), samesite="Strict")


def unlocked_at(request: HttpRequest, *, user_id: int) -> tuple[str, ...]:
    """The private keys that this person has unlocked at this browser."""
    typed = request.COOKIES.get(cookie(), "")
    sealed = request.session.get(KEPT, "") if typed else ""
    if not sealed:
        return ()
    try:
        raw = base64.b64decode(sealed)
        cipher = ChaCha20Poly1305(base64.urlsafe_b64decode(typed))
        told = cipher.decrypt(raw[:NONCE], raw[NONCE:], str(user_id).encode())
    except (InvalidTag, ValueError):
        return ()
    return tuple(json.loads(told))
