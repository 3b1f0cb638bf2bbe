"""Areas, the tree of units, the people who work in them and the roles they hold there.

A ``path`` is made of one ``f"{n:04d}."`` a level; a subtree is ``path__startswith``.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lianxin.kernel import clock, words
from lianxin.people.roles import Role

models.CharField.register_lookup(Length)

PATH_LENGTH = 120


class Level(models.TextChoices):
    """How large an area is. Down to the street the official divisions, below that local places."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    STREET = "street", _("Town or sub-district")
    COMMUNITY = "community", _("Community or village")
    ESTATE = "estate", _("Estate")
    ROAD = "road", _("Road")


class Area(models.Model):
    """A place with a name: 行政区划 down to the street, then 社区/村, 小区, 路."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", db_index=False
    )
    path = models.CharField(max_length=PATH_LENGTH, unique=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("area")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="area_level"),
            models.CheckConstraint(condition=Q(path__length__gte=5), name="area_path"),
            models.CheckConstraint(condition=~Q(name=""), name="area_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["parent", "name"], name="area_parent_name"),
            models.Index(fields=["changed_at", "id"], name="area_changed"),
        ]

    def __str__(self) -> str:
        return self.name


class UnitKind(models.TextChoices):
    """What sort of body a unit is."""

    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    TOWN = "town", _("Town or sub-district")
    COMMUNITY = "community", _("Community or village")
    DEPARTMENT = "department", _("Department")
    OFFICE = "office", _("Local office")
    CENTRE = "centre", _("Service centre or hotline")
    ENTERPRISE = "enterprise", _("Public enterprise or institution")


class Unit(models.Model):
    """A body that handles concerns (单位). ``window``: a window unit (窗口单位) people visit."""

    name = models.CharField(_("name"), max_length=60)
    short_name = models.CharField(_("short name"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    path = models.CharField(max_length=PATH_LENGTH, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="units")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    window = models.BooleanField(_("window unit"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind"),
            models.CheckConstraint(condition=Q(path__length__gte=5), name="unit_path"),
            models.CheckConstraint(condition=~Q(name=""), name="unit_name"),
            models.UniqueConstraint(
                fields=["parent", "name"], condition=Q(active=True), name="unit_sibling_name"
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(active=True, parent=None), name="unit_root_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one: for lists and receipts."""
        return self.short_name or self.name

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count(".") - 1

    @property
    def indent(self) -> str:
        """White space as wide as the unit lies deep, for lists of the tree."""
        return "　" * self.depth


class Language(models.TextChoices):
    """Languages the product speaks; the names are in their own language on purpose."""

    ZH_HANS = "zh-hans", "简体中文"
    ZH_HANT = "zh-hant", "繁體中文"
    EN = "en", "English"


class UserManager(BaseUserManager["User"]):
    """Finds people by user name, whatever the case or width it was typed in."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=words.fold(words.clean(username or "")))


class User(AbstractBaseUser):
    """A member of staff (or of a committee) who signs in. Residents have no account."""

    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("This user name is taken.")},
    )
    name = models.CharField(_("name"), max_length=40)
    post = models.CharField(_("post"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=Language, default=Language.ZH_HANS
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    session_round = models.PositiveIntegerField(default=0, editable=False)
    """Part of every session's hash: counted up, it ends all of this person's sessions at once."""

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(name__length__gte=1, name__length__lte=40), name="user_name_length"
            ),
            models.CheckConstraint(condition=~Q(username=""), name="user_username"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="user_language"),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        # Django asks for it with the present secret key and with each former one.
        value = f"{self.password}:{self.session_round}"
        salt = "lianxin.people.session"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Membership(models.Model):
    """A role somebody holds at a unit, from ``since`` up to and without ``until``."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", db_index=False)
    role = models.CharField(_("role"), max_length=24, choices=Role)
    since = models.DateField(_("since"), default=clock.today)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="membership_dates"
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(until=None),
                name="membership_active_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "role"], name="membership_unit_role")]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role}@{self.unit_id}"


class InterestKind(models.TextChoices):
    """What ties a member of staff to somebody or something."""

    RELATIVE = "relative", _("A relative")
    BUSINESS = "business", _("A business of mine or of my family")
    OTHER = "other", _("Another tie")


class Interest(models.Model):
    """A declared interest (利害关系): whom or what a member of staff must not deal with.

    It names a colleague, a unit, or in words somebody or something outside the tree. Declared by
    the person; ended, never deleted: what was seen meanwhile must stay explicable.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="interests", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=InterestKind)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("interest")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=InterestKind.values), name="interest_kind"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(unit__isnull=False) | ~Q(name=""),
                name="interest_names_something",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("user")), name="interest_in_another"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user"], name="interest_of_user", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["name"], name="interest_named", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
