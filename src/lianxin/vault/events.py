from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class Revealed(Event):
    """Sealed details are opened for somebody. Written, and committed, before they are opened.

    `role` and `unit` are those by which the person may; `field` stands in old entries alone.
    """

    name: ClassVar[str] = "vault.revealed"
    field: str = ""
    purpose: str = ""
    fields: tuple[str, ...] = ()
    request: int | None = None
    role: str = ""
    unit: int | None = None


@register
class Relayed(Event):
    """Staff write to a resident, or have themselves connected, without seeing the address.

    `digest` is the SHA-256 of the words; they lie in the letter.
    """

    name: ClassVar[str] = "vault.relayed"
    letter: int
    way: str
    digest: str
    role: str = ""
    unit: int | None = None


@register
class Noticed(Event):
    """The product tells a resident that there is news; nobody sees the address, nobody wrote it.

    Written, and committed, before it goes. ``news`` says of what kind, ``letter`` what became of
    it.
    """

    name: ClassVar[str] = "vault.noticed"
    letter: int
    way: str
    news: str


@register
class Asked(Event):
    """Somebody asks to see sealed details. `emergency`: they open them without waiting."""

    name: ClassVar[str] = "vault.asked"
    request: int
    fields: tuple[str, ...]
    purpose: str
    emergency: bool = False
    role: str = ""
    unit: int | None = None


@register
class Decided(Event):
    """A second person granted or refused a request to see sealed details."""

    name: ClassVar[str] = "vault.decided"
    request: int
    decision: str
    role: str = ""
    unit: int | None = None


@register
class Reviewed(Event):
    """A second person looked at an opening that did not wait: was it an emergency?"""

    name: ClassVar[str] = "vault.reviewed"
    request: int
    verdict: str


@register
class Compared(Event):
    """What somebody says about themselves was compared with what is sealed; nothing was shown.

    Written, and committed, before it is opened for that.
    """

    name: ClassVar[str] = "vault.compared"
    fields: tuple[str, ...]


@register
class NoticeReturned(Event):
    """The carrier said later that a notice did not reach the person."""

    name: ClassVar[str] = "vault.notice_returned"
    letter: int


@register
class Shredded(Event):
    """Sealed details were removed for good because their time was over."""

    name: ClassVar[str] = "vault.shredded"
    fields: tuple[str, ...]


@register
class Erased(Event):
    """Everything sealed for one owner was removed at their request: what it was."""

    name: ClassVar[str] = "vault.erased"
    fields: tuple[str, ...]
    entries: int


@register
class Rotated(Event):
    """New keys seal from now on: for how many months, and how many entries were sealed anew."""

    name: ClassVar[str] = "vault.rotated"
    months: int
    entries: int


@register
class KeysDestroyed(Event):
    """Private keys were destroyed: those of a month that is over, or retired ones (no month)."""

    name: ClassVar[str] = "vault.keys_destroyed"
    month: str
    keys: int
