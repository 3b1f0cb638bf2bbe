"""The vault's own chores, in the worker."""

from __future__ import annotations

from django.conf import settings

from lianxin.journal.periodic import every
from lianxin.vault import actions, keys


@every(seconds=86_400, name="vault.shred")
def shred() -> None:
    """Remove what may no longer be kept."""
    actions.shred_due()


@every(seconds=3_600, name="vault.keys")
def look_after_keys() -> None:
    """Where the vault is in this process, its housekeeping; else only fetch its public keys."""
    if settings.VAULT_SOCKET:
        keys.refresh()
    else:
        from lianxin.vault.chores import keep_house

        keep_house()
