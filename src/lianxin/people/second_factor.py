"""The second step of signing in, as allauth asks about it.

The secret of an app and the seed of the recovery codes lie encrypted in the database, with a key
that lies in the key folder: a copy of the database is of no use for signing in.
"""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.people.models import User
from lianxin.ui.look import PRODUCT
from lianxin.vault import keys

SECRET = "second_factor"
PREFIX = "v1:"
NONCE = 12
MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What signs somebody in by itself; recovery codes only stand in for one of these."""


class StaffFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Our words, our names, our key."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code does not fit. The app shows a new one every 30 seconds: please type the one "
            "that stands there now."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "This is the only second step you have. Set up another one first."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Please set up an app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        """AES-256-GCM under the key of the key folder."""
        nonce = secrets.token_bytes(NONCE)
        sealed = _cipher(keys.secret(SECRET)).encrypt(nonce, text.encode(), PREFIX.encode())
        return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises KeysUnusable when it was not encrypted with this key, or was changed since."""
        cipher = _cipher(keys.secret(SECRET))
        try:
            raw = base64.urlsafe_b64decode(encrypted_text.removeprefix(PREFIX))
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], PREFIX.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise keys.KeysUnusable(
                f"The second steps of staff were not kept with the key {SECRET}.secret. "
                "Set LIANXIN_KEYS to the folder of the keys that belong to this database."
            ) from error

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.LIANXIN_SECOND_FACTOR:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=MAIN)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        place = str(settings.LIANXIN_PLACE)
        return f"{place} {PRODUCT}" if place else str(PRODUCT)


def has_main(user: User) -> bool:
    """Whether this person can take a second step by an app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=MAIN).exists())


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
