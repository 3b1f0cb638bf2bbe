"""A concern 诉求: what somebody said, by which door, about which place, and the wish."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from lianxin.files import FORMATS
from lianxin.intake.channels.api.models import ApiClient, ApiDelivery, ApiHook, ApiRequest
from lianxin.intake.channels.box.models import Box, Deposit, Opening
from lianxin.intake.channels.call.models import Call
from lianxin.intake.channels.email.models import Mail, MailThread
from lianxin.intake.channels.ledger.models import Ledger, Sheet
from lianxin.intake.channels.letter.models import Letter
from lianxin.intake.channels.open311.models import Open311Client, Open311Request, Open311Update
from lianxin.intake.channels.proxy.models import Proxy
from lianxin.intake.channels.reception.models import ReceptionDay, Turn
from lianxin.intake.channels.visit.models import Visit
from lianxin.intake.channels.wechat.models import Chat, Heard, Piece
from lianxin.intake.choices import NOTICE_WAYS, Channel, Identity, ReplyMode, Scan
from lianxin.intake.offline.models import DeviceEntry, Part

__all__ = [
    "SAID", "SEALED", "Addition", "ApiClient", "ApiDelivery", "ApiHook", "ApiRequest",
    "Attachment", "Box", "Call", "Chat", "Concern", "Deposit", "DeviceEntry", "Heard", "Helper",
    "Hold", "JoinWish", "Ledger", "Letter", "Mail", "MailThread", "NoticeChoice",
    "Open311Client", "Open311Request", "Open311Update", "Opening", "Part", "Piece", "Proxy",
    "ReceptionDay", "Sheet", "Turn", "Visit",
]  # fmt: skip

SAID = ("title", "words", "wish", "place", "happened_on", "latitude", "longitude")
"""What a concern says."""
SEALED = dict.fromkeys(SAID[:4], "") | dict.fromkeys(SAID[4:])
"""What stands in their place once it is sealed."""


class Concern(models.Model):
    """One concern as it was raised. The words never change: a trigger in the database sees to it.

    ``selector`` and ``verifier`` are the two parts of the query code 查询码; the verifier is kept
    only as a hash, and as the ``mac`` under it until that is made (see `receipts`). ``key`` is the
    hash of the idempotency key: one key, one concern. ``sealed``: what it says, sealed to the keys
    of those who receive accusations (see `seals`); nothing is left in the fields of `SAID` then.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=11)
    selector = models.CharField(max_length=8)
    verifier = models.CharField(max_length=160, blank=True)
    mac = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001 - see the index
    code_counter = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)

    channel = models.CharField(max_length=20, choices=Channel.choices)
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    source_ref = models.CharField(max_length=80, blank=True)

    title = models.CharField(max_length=120, blank=True)
    words = models.TextField(max_length=10_000)
    wish = models.TextField(max_length=2_000, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey(
        "people.Area", models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    about_official = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True, editable=False)

    identity = models.CharField(max_length=20, choices=Identity.choices)
    reply_mode = models.CharField(max_length=20, choices=ReplyMode.choices)
    language = models.CharField(max_length=10, default="zh-hans")

    class Meta:
        constraints = [
            # Not `unique=True`: PostgreSQL would get a second index on each, for LIKE.
            models.UniqueConstraint(fields=["number"], name="concern_number_once"),
            models.UniqueConstraint(fields=["selector"], name="concern_selector_once"),
            models.UniqueConstraint(fields=["key"], name="concern_key_once"),
            models.CheckConstraint(name="concern_channel", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="concern_identity", condition=Q(identity__in=Identity.values)
            ),
            models.CheckConstraint(
                name="concern_has_words",
                condition=Q(sealed__isnull=True) & ~Q(words="") | Q(sealed__isnull=False, **SEALED),
            ),
            models.CheckConstraint(
                name="concern_point_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-received_at"], name="concern_area_recent"),
            models.Index(fields=["-received_at"], name="concern_recent"),
            models.Index(
                fields=["id"],
                name="concern_to_harden",
                # Without a value to compare with: SQLite knows such a condition again.
                condition=Q(mac__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Addition(models.Model):
    """Something added to a concern later 补充; as immutable as the concern itself."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="additions", db_index=False)
    words = models.TextField(max_length=5_000)
    sealed = models.BinaryField(null=True, editable=False)
    added_at = models.DateTimeField()
    by_resident = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="addition_sealed_whole", condition=Q(sealed__isnull=True) | Q(words="")
            ),
        ]
        indexes = [models.Index(fields=["concern", "added_at"], name="addition_story")]

    def __str__(self) -> str:
        return f"{self.concern_id} {self.added_at:%Y-%m-%d}"


class Attachment(models.Model):
    """A file: a copy without metadata; ``of_result``: added by staff after the work.

    Without a concern it waits for its form. ``suffix`` says what it is (see `files.FORMATS`);
    ``width``, ``height`` are pixels, ``seconds`` the length of sound or film, 0 where they say
    nothing. ``original`` is how the name of the sealed original ends; empty: it was not kept.
    ``sealed``: the copy lies sealed with the words of its concern. ``authority``: somebody's signed
    word that another may act for them; it bears their name, so only a sealed original of it lies
    here and no copy.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    concern = models.ForeignKey(
        Concern, on_delete=models.PROTECT, related_name="attachments", null=True, blank=True
    )
    of_result = models.BooleanField(default=False)
    sealed = models.BooleanField(default=False)
    authority = models.BooleanField(default=False)
    suffix = models.CharField(max_length=4, default="jpg")
    size = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    original = models.CharField(max_length=4, blank=True)
    scan = models.CharField(max_length=8, choices=Scan.choices, blank=True, default=Scan.NOT_YET)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_suffix", condition=Q(suffix__in=sorted(FORMATS))
            ),
            models.CheckConstraint(name="attachment_scan", condition=Q(scan__in=Scan.values)),
            models.CheckConstraint(
                name="attachment_authority_sealed", condition=Q(authority=False) | ~Q(original="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["added_at"], name="attachment_waiting", condition=Q(concern__isnull=True)
            ),
            models.Index(fields=["id"], name="attachment_to_scan", condition=Q(scan=Scan.NOT_YET)),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Helper(models.Model):
    """Somebody whom the person lets look at one concern together with them, for minutes.

    Without ``mac`` (keyed hash of the number that was read out) no number was given: the person
    typed the query code at the desk. ``opened_by``: it was opened by staff, at the desk.
    ``standing``: somebody who filed for the person 代办, with their signed word: not for minutes
    but until ``until``, as often as they come, unless the person ends it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="helpers", db_index=False)
    mac = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001 - unique
    may_write = models.BooleanField(default=False)
    standing = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mac"], name="helper_mac_once")]
        indexes = [models.Index(fields=["concern", "until"], name="helper_of_concern")]

    def __str__(self) -> str:
        return f"helper {self.pk} of concern {self.concern_id}"


class NoticeChoice(models.Model):
    """By which way the person wishes to be told of news 告知方式; without a row, not at all."""

    concern = models.OneToOneField(Concern, models.PROTECT, related_name="notice_choice")
    way = models.CharField(max_length=10, choices=NOTICE_WAYS)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_choice_way", condition=Q(way__in=[way for way, _label in NOTICE_WAYS])
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} for concern {self.concern_id}"


class JoinWish(models.Model):
    """The person said that this has been reported already, by the receipt number they were shown.

    The number as text, whatever it is: a wish for what does not exist looks like any other.
    """

    concern = models.OneToOneField(Concern, models.PROTECT, related_name="join_wish")
    number = models.CharField(max_length=11)

    def __str__(self) -> str:
        return f"concern {self.concern_id} as {self.number}"


class Hold(models.Model):
    """A concern that came in a flood 暂缓: filed and acknowledged, its case not opened yet."""

    concern = models.OneToOneField(Concern, models.PROTECT, related_name="hold")
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["held_at", "id"],
                name="hold_waiting",
                condition=Q(released_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"hold of concern {self.concern_id}"
