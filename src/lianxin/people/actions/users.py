"""People who sign in: adding them, their details, their passwords, and barring them."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.access import Refused, Viewer, require
from lianxin.access.answers import Denied
from lianxin.journal.actions import act, record, record_many
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import events, policy, queries
from lianxin.people.actions.factors import end_sessions
from lianxin.people.models import Language, Membership, User
from lianxin.people.wording import Reading

# No letters and digits that look alike on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
DETAILS = ("name", "post", "email", "phone", "language")


def new_password() -> str:
    """A password to hand over on paper: 12 random letters and digits in groups of four."""
    letters = [secrets.choice(_LETTERS) for _each in range(12)]
    return "-".join("".join(letters[n : n + 4]) for n in (0, 4, 8))


def _read_details(
    reading: Reading, *, name: str, post: str, email: str, phone: str, language: str
) -> dict[str, str]:
    chosen = reading.choice("language", language, Language, default=Language.ZH_HANS)
    return {
        "name": reading.person_name("name", name),
        "post": reading.line("post", post, most=60),
        "email": reading.email("email", email),
        "phone": reading.phone("phone", phone),
        "language": chosen.value if chosen else "",
    }


@transaction.atomic
def add_user(
    *,
    username: str,
    name: str,
    password: str | None = None,
    post: str = "",
    email: str = "",
    phone: str = "",
    language: str = "",
    by: Viewer,
) -> User:
    """Add a person who may sign in. Without a password they cannot until one is set.

    A password given here was chosen by somebody else: the person is asked for their own at the
    first sign-in. It is not measured here; see ``new_password`` and ``set_password``.
    """
    require(policy.may_manage_people(by))
    reading = Reading()
    username = reading.username("username", username)
    details = _read_details(
        reading, name=name, post=post, email=email, phone=phone, language=language
    )
    reading.done()
    user = User(username=username, must_change_password=password is not None, **details)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Problem(_("This user name is taken."), "username") from error
    record(events.UserAdded(), subject=f"user:{user.pk}", by=by.actor)
    return user


def add_person(
    *, username: str, name: str, post: str = "", email: str = "", phone: str = "", by: Viewer
) -> tuple[User, str]:
    """Add somebody new; them and their first password. A role is somebody else's to give."""
    password = new_password()
    user = add_user(
        username=username, name=name, password=password, post=post, email=email, phone=phone, by=by
    )
    return user, password


@transaction.atomic
def change_user(
    *,
    user: User,
    name: str | None = None,
    post: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    by: Viewer,
) -> User:
    """Change details; what is left out stays. No entry when nothing changed."""
    if by.user_id != user.pk:
        require(policy.may_manage_user(by, queries.paths_of_user(user.pk)))
    user = User.objects.select_for_update().get(pk=user.pk)
    reading = Reading()
    details = _read_details(
        reading,
        name=user.name if name is None else name,
        post=user.post if post is None else post,
        email=user.email if email is None else email,
        phone=user.phone if phone is None else phone,
        language=user.language if language is None else language,
    )
    reading.done()
    changed = [field for field in DETAILS if getattr(user, field) != details[field]]
    if not changed:
        return user
    for field in changed:
        setattr(user, field, details[field])
    user.save(update_fields=changed)
    record(events.UserChanged(changed), subject=f"user:{user.pk}", by=by.actor)
    return user


def _set(user: User, password: str, *, must_change: bool, by: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Problem.several({"password": error.messages}) from error
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])
    record(events.PasswordSet(), subject=f"user:{user.pk}", by=by)


@transaction.atomic
def set_password(*, user: User, password: str | None = None, by: Viewer) -> str:
    """Set somebody's password (default: a fresh random one) and return it to be handed over.

    Their sessions end, and they are asked for a password of their own at the next sign-in.
    """
    require(policy.may_manage_user(by, queries.paths_of_user(user.pk)))
    password = password if password is not None else new_password()
    user = User.objects.select_for_update().get(pk=user.pk)
    _set(user, password, must_change=True, by=by.actor)
    return password


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """A person's own new password; the page has checked the old one."""
    _set(user, password, must_change=False, by=f"user:{user.pk}")


@transaction.atomic
def bar_user(*, user: User, by: Viewer) -> User:
    """Somebody left: they may no longer sign in and all their roles end today."""
    if by.user_id == user.pk:
        raise Refused(Denied(_("Nobody bars themselves. Ask another administrator.")))
    require(policy.may_manage_user(by, queries.paths_of_user(user.pk)))
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        return user
    today = clock.today()
    rows = Membership.objects.select_for_update().filter(user=user)
    held = list(rows.filter(until=None) | rows.filter(until__gt=today))
    for row in held:
        row.until = max(today, row.since)
    Membership.objects.bulk_update(held, ["until"])
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions([user.pk])
    barred = (events.UserBarred(len(held)), f"user:{user.pk}", by.actor)
    with act():
        record_many(
            [barred]
            + [
                (
                    events.MembershipEnded(row.unit_id, row.role, str(row.until)),
                    barred[1],
                    barred[2],
                )
                for row in held
            ]
        )
    return user
