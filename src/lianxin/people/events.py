"""What this module writes to the journal. People appear as ``user:5``, never by name."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class UnitCreated(Event):
    """A unit (单位) was added to the tree. Subject: the unit."""

    name: ClassVar[str] = "people.unit_created"
    unit_name: str
    kind: str
    parent: int | None
    path: str


@register
class UnitChanged(Event):
    """A unit's name, kind, telephone, area or window mark was changed. Subject: the unit."""

    name: ClassVar[str] = "people.unit_changed"
    unit_name: str
    fields: list[str]


@register
class UnitMoved(Event):
    """A unit moved under another unit, with everything below it. Subject: the unit."""

    name: ClassVar[str] = "people.unit_moved"
    parent: int | None
    old_path: str
    path: str


@register
class UnitClosed(Event):
    """A unit was closed; the memberships in it ended that day. Subject: the unit."""

    name: ClassVar[str] = "people.unit_closed"
    memberships_ended: int


@register
class UserAdded(Event):
    """A person who may sign in was added. Subject: the person."""

    name: ClassVar[str] = "people.user_added"


@register
class UserChanged(Event):
    """A person's details were changed. Subject: the person. Only names of fields are kept."""

    name: ClassVar[str] = "people.user_changed"
    fields: list[str]


@register
class UserBarred(Event):
    """A person may no longer sign in; their memberships ended. Subject: the person."""

    name: ClassVar[str] = "people.user_barred"
    memberships_ended: int


@register
class PasswordSet(Event):
    """A new password was set for somebody, and their sessions ended. Subject: the person."""

    name: ClassVar[str] = "people.password_set"


@register
class SecondFactorChanged(Event):
    """A person's own second step at signing in. ``change``: added, removed or renewed.

    ``kind``: totp (an app), webauthn (a passkey) or recovery_codes. Subject: the person.
    """

    name: ClassVar[str] = "people.second_factor_changed"
    kind: str
    change: str


@register
class SecondFactorReset(Event):
    """A security administrator took somebody's second steps away. Subject: the person.

    ``removed``: how many there were. The person sets up a new one at the next sign-in.
    """

    name: ClassVar[str] = "people.second_factor_reset"
    reason: str
    removed: int


@register
class SessionsEnded(Event):
    """A person signed out everywhere but in one browser. Subject: the person."""

    name: ClassVar[str] = "people.sessions_ended"


@register
class MemberAdded(Event):
    """A person was given a role at a unit. Subject: the person."""

    name: ClassVar[str] = "people.member_added"
    unit: int
    role: str
    since: str
    until: str | None


@register
class MembershipEnded(Event):
    """A role at a unit ends; ``until`` is the first day without it. Subject: the person."""

    name: ClassVar[str] = "people.membership_ended"
    unit: int
    role: str
    until: str


@register
class AreaAdded(Event):
    """A local place (社区, 村, 小区, 路) was added. Subject: the area."""

    name: ClassVar[str] = "people.area_added"
    area_name: str
    level: str
    path: str


@register
class DivisionsLoaded(Event):
    """Official administrative divisions were loaded. ``province`` is empty for the country."""

    name: ClassVar[str] = "people.divisions_loaded"
    province: str
    added: int
    changed: int


@register
class InterestDeclared(Event):
    """A member of staff declared an interest (利害关系). Subject: the person."""

    name: ClassVar[str] = "people.interest_declared"
    interest: int


@register
class InterestEnded(Event):
    """A declared interest ended. Subject: the person."""

    name: ClassVar[str] = "people.interest_ended"
    interest: int
