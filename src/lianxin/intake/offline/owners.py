"""Whose queue an entry lies in, under a name that tells a device nothing of the person."""

from __future__ import annotations

import hmac

from lianxin.access import Viewer
from lianxin.intake.policy import TAKE_DOWN
from lianxin.people import queries as people
from lianxin.vault import keys


def owner_of(user_id: int | None) -> str:
    """The name under which a device keeps what this person writes: 32 hex digits, "" for nobody."""
    if user_id is None:
        return ""
    secret = keys.secret("receipt")
    return hmac.digest(secret, b"offline.owner" + str(user_id).encode(), "sha256").hex()[:32]


def keeper_of(viewer: Viewer) -> str:
    """The same for whoever is signed in; "" for who may take nothing down."""
    return owner_of(viewer.user_id) if viewer.signed_in and viewer.has(*TAKE_DOWN) else ""


def is_still_here(owner: str) -> bool:
    """Whether whoever is behind such a name can sign in and send it themselves."""
    same = (pk for pk in people.ids_with(*TAKE_DOWN) if owner_of(pk) == owner)
    return any(people.viewer_of(pk).has(*TAKE_DOWN) for pk in same)
