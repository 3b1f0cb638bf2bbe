"""A process that asks the product in itself: nothing slow that is measured elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cheap() -> Iterator[None]:
    """Passwords and codes are hashed at no cost, mails stay here; all is undone at the end."""
    from django.conf import settings
    from django.core import mail
    from django.db import transaction

    from lianxin.intake import receipts
    from lianxin.journal import signing
    from lianxin.vault import keys

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    receipts.ROUNDS, receipts.MEMORY = 1, 8
    settings.ALLOWED_HOSTS = ["*"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    # A refusal is an answer here. A chore that needs a transaction of its own is none of ours.
    for name in ("django.request", "lianxin"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    keys.ensure()
    signing.ensure()
    # As in Django's tests: what must be committed before it goes on is let on inside of this.
    around = transaction.atomic()
    around._from_testcase = True
    with around:
        yield
        transaction.set_rollback(True)
