"""The writers of the vault."""

from __future__ import annotations

from lianxin.vault.actions.asking import ask, decide, review
from lianxin.vault.actions.opening import compare, reveal, write
from lianxin.vault.actions.sealing import Erasure, erase, reseal, seal, shred_due
from lianxin.vault.actions.telling import came_back, notify, returned

__all__ = [
    "Erasure",
    "ask",
    "came_back",
    "compare",
    "decide",
    "erase",
    "notify",
    "reseal",
    "returned",
    "reveal",
    "review",
    "seal",
    "shred_due",
    "write",
]
