"""Make keys, let colleagues have them, unlock them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Denied, Refused, Viewer, require
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.ids import random_digits
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.seals import events, queries, sealing
from lianxin.seals.models import Key, SealedTo, Share
from lianxin.seals.policy import RECEIVER, may_hold

SHORTEST = 12
CODE, CODE_HOLDS = 12, timedelta(hours=24)


def make_key(*, unit_id: int, phrase: str, by: Viewer) -> str:
    """Make a key for a unit; the private half, to be put on paper: it is shown this once.

    Who makes it can unlock it with the pass-phrase. Problem at ``phrase`` when that is too weak.
    """
    unit = people.unit(unit_id)
    if unit is None:
        raise Problem(_("Choose a unit."), "unit")
    require(may_hold(by, unit.path))
    _check_phrase(phrase)
    private, public = sealing.new_key()
    with transaction.atomic():
        key = Key.objects.create(
            unit=unit, public=public, made_at=clock.now(), made_by_id=_person(by)
        )
        _set_phrase(key, private, phrase=phrase, by=by)
        made = events.KeyMade(key.pk, public)
        record(made, subject=f"unit:{unit.pk}", by=by.actor)
    return private


def retire_key(key: Key, *, by: Viewer) -> None:
    """Seal nothing new to a key. What was sealed to it stays readable with it.

    Problem while it is the only one: then nothing more could be sealed.
    """
    require(may_hold(by, key.unit.path))
    others = Key.objects.filter(unit=key.unit_id, retired_at=None).exclude(pk=key.pk)
    if not others.exists():
        raise Problem(_("Make a new key first: without one nothing can be sealed."))
    with transaction.atomic():
        if Key.objects.filter(pk=key.pk, retired_at=None).update(retired_at=clock.now()):
            record(events.KeyRetired(key.pk), subject=f"unit:{key.unit_id}", by=by.actor)


def let_in(*, unit_id: int, user_id: int, by: Viewer) -> str:
    """Let a colleague who receives here have the keys; the code to read out to them.

    Whoever lets in must have unlocked the keys. The code holds for a day and for this person.
    """
    unit = people.unit(unit_id)
    if unit is None or not people.is_member(user_id, unit, RECEIVER):
        raise Problem(_("Choose a colleague who receives what is sealed here."), "user")
    require(may_hold(by, unit.path))
    opened = {public: private for private in by.unlocked if (public := sealing.public_of(private))}
    rows = [row for row in Key.objects.filter(unit=unit) if row.public in opened]
    if not rows:
        raise Problem(_("Unlock the key first."))
    code = random_digits(CODE)
    with transaction.atomic():
        for key in rows:
            share = _share(key, user_id)
            if share is not None and share.until is None:
                continue
            row = share or Share(uuid=uuid4(), key=key, user_id=user_id)
            row.salt, row.wrapped = sealing.wrap(opened[key.public], share=row.uuid, phrase=code)
            row.made_at, row.until = clock.now(), clock.now() + CODE_HOLDS
            row.save()
            record(events.LetIn(key.pk, user_id), subject=f"unit:{unit.pk}", by=by.actor)
    return code


def take_up(*, unit_id: int, code: str, phrase: str, by: Viewer) -> Sequence[str]:
    """Set one's own pass-phrase, with the code of a colleague or with the key from the paper.

    The keys that are now unlocked. Problem at ``code`` when it opens nothing.
    """
    unit = people.unit(unit_id)
    if unit is None:
        raise Problem(_("Choose a unit."), "unit")
    require(may_hold(by, unit.path))
    _check_phrase(phrase)
    found = _from_paper(unit.pk, code) or _from_code(unit.pk, code, by)
    if not found:
        raise Problem(
            _("This opens nothing here. A code holds for a day; please look at it once more."),
            "code",
        )
    with transaction.atomic():
        for key, private in found:
            _set_phrase(key, private, phrase=phrase, by=by)
    return [private for _key, private in found]


def unlock(*, phrase: str, by: Viewer) -> Sequence[str]:
    """The private keys that a pass-phrase opens for this person. Problem when it opens none."""
    opened: dict[int, str] = {}
    for share in queries.shares_of(by).filter(until=None):
        try:
            opened[share.key_id] = sealing.unwrap(
                share.wrapped, salt=share.salt, share=share.uuid, phrase=phrase
            )
        except sealing.Shut:
            continue
    if not opened:
        raise Problem(_("This is not the pass-phrase."), "phrase")
    with transaction.atomic():
        record(events.Unlocked(sorted(opened)), subject=f"user:{by.user_id}", by=by.actor)
    return [opened[pk] for pk in sorted(opened)]


def seal_to(owner: UUID, keys: Sequence[Key]) -> None:
    """Note to which keys an owner's words are sealed from now on. In a transaction."""
    SealedTo.objects.bulk_create(
        [SealedTo(owner=owner, key=key) for key in keys], ignore_conflicts=True
    )


def seal_no_more(owner: UUID) -> None:
    """An owner's words are sealed no more. In a transaction."""
    SealedTo.objects.filter(owner=owner).delete()


def end_stale_shares() -> int:
    """Take the key from whoever receives nothing any more at its unit; how many shares."""
    gone = 0
    for share in Share.objects.select_related("key__unit"):
        if people.is_member(share.user_id, share.key.unit, RECEIVER):
            continue
        with transaction.atomic():
            share.delete()
            ended = events.ShareEnded(share.key_id, share.user_id)
            record(ended, subject=f"unit:{share.key.unit_id}", by=SYSTEM.actor)
        gone += 1
    return gone


def _from_paper(unit_id: int, typed: str) -> list[tuple[Key, str]]:
    public = sealing.public_of(typed)
    key = Key.objects.filter(unit=unit_id, public=public).first() if public else None
    return [(key, "".join(typed.split()).upper())] if key else []


def _from_code(unit_id: int, code: str, by: Viewer) -> list[tuple[Key, str]]:
    found = []
    rows = queries.shares_of(by).filter(key__unit=unit_id, until__gt=clock.now())
    digits = "".join(code.split())
    for share in rows:
        try:
            private = sealing.unwrap(
                share.wrapped, salt=share.salt, share=share.uuid, phrase=digits
            )
        except sealing.Shut:
            continue
        found.append((share.key, private))
    return found


def _set_phrase(key: Key, private: str, *, phrase: str, by: Viewer) -> None:
    user_id = _person(by)
    row = _share(key, user_id) or Share(uuid=uuid4(), key=key, user_id=user_id)
    row.salt, row.wrapped = sealing.wrap(private, share=row.uuid, phrase=phrase)
    row.made_at, row.until = clock.now(), None
    row.save()
    record(events.PhraseSet(key.pk), subject=f"unit:{key.unit_id}", by=by.actor)


def _share(key: Key, user_id: int) -> Share | None:
    return Share.objects.filter(key=key, user=user_id).first()


def _check_phrase(phrase: str) -> None:
    if len(phrase.strip()) < SHORTEST:
        raise Problem(
            _("At least %(least)s characters, please: several words are easy to remember.")
            % {"least": SHORTEST},
            "phrase",
        )
    try:
        validate_password(phrase)
    except ValidationError as error:
        raise Problem(" ".join(error.messages), "phrase") from error


def _person(by: Viewer) -> int:
    if by.user_id is None:
        raise Refused(Denied(_("Only those who receive what is sealed here can do this.")))
    return by.user_id
