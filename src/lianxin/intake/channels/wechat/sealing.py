"""How a talk lies in the database until it is sent or forgotten: not to be read there."""

from __future__ import annotations

from typing import Any

from lianxin.vault import shut


def mac(what: str, text: str) -> str:
    """A keyed hash (hex) of an openid ("person"), of what makes a message itself ("heard") …"""
    return shut.mac(f"wechat.{what}", text)


def seal(value: Any, *, bound: str) -> bytes:
    """Seal something that JSON can say to the row it belongs to."""
    return shut.seal("wechat", value, bound=bound)


def unseal(sealed: bytes | memoryview, *, bound: str) -> Any:
    """What was sealed. Raises KeysUnusable when it was sealed with another pepper, or changed."""
    return shut.unseal("wechat", sealed, bound=bound)
