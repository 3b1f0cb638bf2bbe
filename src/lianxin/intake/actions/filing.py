"""File concerns: one act for the web form, the counter and a file of thousands."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake import events, proofs, receipts
from lianxin.intake.actions.telling import cannot_notify
from lianxin.intake.channels.email.queries import new_token
from lianxin.intake.choices import Channel, Identity, ReplyMode
from lianxin.intake.models import Attachment, Concern, Hold, JoinWish, MailThread, NoticeChoice
from lianxin.journal.actions import Told, record_new
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number, new_number, parse_number
from lianxin.kernel.problems import Problem
from lianxin.vault.actions import reseal, seal

SHORTEST = 2
LONGEST = 10_000
SHOW_CODE_AGAIN = timedelta(hours=24)
OLDEST = timedelta(days=366 * 30)
CHANNELS, IDENTITIES = frozenset(Channel.values), frozenset(Identity.values)
_ATTEMPTS = 5


@dataclass(frozen=True)
class NewConcern:
    """A concern to file. ``key`` makes a retry harmless; ``contact`` is sealed, never stored plain.

    ``received_at`` is when the person said it (a letter's date of arrival, a call's time); it
    defaults to now and may not lie in the future. ``held``: somebody takes the query code away;
    what nobody holds, no code opens.
    ``quarantined``: it came in a flood, and a person lets it through before its case is opened.
    ``notify``: by which `Way` the person is told of news; empty: not at all.
    ``same_as``: receipt number (11 characters) of the public case the person says is the same.
    ``owner``: the uuid it shall have, where its query code was given before it is filed or where
    something was ``sealed`` for it: the names of those fields.
    ``code``: the query code that a device has made and shown already; another, when it is taken.
    """

    key: str
    words: str
    channel: str = Channel.WEB
    title: str = ""
    wish: str = ""
    place: str = ""
    area_id: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    happened_on: date | None = None
    about_official: bool = False
    identity: str = Identity.ANONYMOUS
    reply_mode: str = ReplyMode.ONLINE
    language: str = "zh-hans"
    received_at: datetime | None = None
    registered_by_id: int | None = None
    source_ref: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    notify: str = ""
    same_as: str = ""
    attachments: tuple[uuid.UUID, ...] = ()
    held: bool = True
    quarantined: bool = False
    owner: uuid.UUID | None = None
    sealed: tuple[str, ...] = ()
    code: str = ""

    def fingerprint(self) -> str:
        """Hash of what was said, to tell a retry from another concern under the same key."""
        said = [self.words, self.title, self.wish, self.place, self.channel, self.identity]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What the person takes away: the number, the proof, and the code while it may be shown."""

    concern: Concern
    code: str | None
    fresh: bool
    proof: str = ""


def file_concern(
    new: NewConcern,
    *,
    by: Viewer,
    first: Callable[[], None] | None = None,
    beside: Callable[[Concern], Sequence[Model]] = lambda _concern: (),
) -> Receipt:
    """File one concern and return its receipt. A repeated key returns the first receipt.

    ``first`` is called at the beginning of the transaction, and again when that begins anew; what
    it raises undoes it. ``beside``: rows of the door's own about the concern, for the same one.

    Raises Problem at the field when something is missing, too long or impossible, and for a key
    that was already used for different words.
    """
    check(new)
    try:
        return _file([new], by=by, first=first, beside=beside)[0]
    except IntegrityError:
        # A repeated key is rare: it is the insert that finds it, not a question before each.
        known = _already_filed([new])
        if not known:
            raise
    return _again(known[receipts.key_hash(new.key)], new)


def file_concerns(batch: Sequence[NewConcern], *, by: Viewer) -> list[Receipt]:
    """File many checked concerns in one transaction; those already filed are returned as such."""
    try:
        return _file_missing(batch, by=by)
    except IntegrityError:
        # Somebody files the same batch at this moment: what is in by now is known.
        return _file_missing(batch, by=by)


def _file_missing(batch: Sequence[NewConcern], *, by: Viewer) -> list[Receipt]:
    known = _already_filed(batch)
    missing = [new for new in batch if receipts.key_hash(new.key) not in known]
    filed = iter(_file(missing, by=by) if missing else [])
    return [
        Receipt(known[stored], None, fresh=False)
        if (stored := receipts.key_hash(new.key)) in known
        else next(filed)
        for new in batch
    ]


def check(new: NewConcern) -> None:
    """Raise Problem, by field, when a concern cannot be taken as it is."""
    problems: dict[str, str] = {}
    words = new.words.strip()
    if len(words) < SHORTEST:
        problems["words"] = _("Please tell us what happened.")
    elif len(words) > LONGEST:
        problems["words"] = _("This is longer than %(limit)s characters.") % {"limit": LONGEST}
    for name, value, limit in (
        ("title", new.title, 120),
        ("wish", new.wish, 2_000),
        ("place", new.place, 200),
        ("source_ref", new.source_ref, 80),
    ):
        if len(value) > limit:
            problems[name] = _("This is longer than %(limit)s characters.") % {"limit": limit}
    today = clock.today()
    if new.happened_on and not today - OLDEST <= new.happened_on <= today:
        problems["happened_on"] = _("Please check the date: it cannot be in the future.")
    if new.received_at and not clock.now() - OLDEST <= new.received_at <= clock.now():
        problems["received_at"] = _("Please check the date: it cannot be in the future.")
    if new.channel not in CHANNELS:
        problems["channel"] = _("Choose one of the doors in the list.")
    if new.identity not in IDENTITIES:
        problems["identity"] = _("Choose one of the three.")
    elif new.identity == Identity.ANONYMOUS and any(new.contact.values()):
        problems["identity"] = _("You chose anonymous: leave name and number empty.")
    known = new.contact | dict.fromkeys(new.sealed, "sealed")
    if new.notify and (fault := cannot_notify(new.notify, known)):
        problems[fault[0]] = fault[1]
    if (new.latitude is None) != (new.longitude is None):
        problems["place"] = _("The map pin is incomplete. Set it again or describe the place.")
    if problems:
        raise Problem.several({name: [text] for name, text in problems.items()})


def _already_filed(batch: Sequence[NewConcern]) -> dict[str, Concern]:
    hashes = [receipts.key_hash(new.key) for new in batch]
    return {row.key: row for row in Concern.objects.filter(key__in=hashes)}


def _again(concern: Concern, new: NewConcern) -> Receipt:
    if concern.fingerprint != new.fingerprint():
        raise Problem(
            _(
                "You have just sent this form as number %(number)s. Add to it with your query "
                "code, or send this again if it is another matter."
            )
            % {"number": format_number(concern.number)}
        )
    # A code that was given anew is for whoever came to the desk, not for this browser.
    again = clock.now() - concern.filed_at < SHOW_CODE_AGAIN and not concern.code_counter
    code = receipts.code_for(concern.key, concern.uuid) if again else ""
    if code[: receipts.SELECTOR] != concern.selector:
        code = ""  # it has the code that a device made
    return Receipt(concern, code or None, fresh=False, proof=str(proofs.proof_for(concern) or ""))


def _file(
    batch: Sequence[NewConcern],
    *,
    by: Viewer,
    first: Callable[[], None] | None = None,
    beside: Callable[[Concern], Sequence[Model]] = lambda _concern: (),
) -> list[Receipt]:
    """Insert a batch; a number or selector that is taken is drawn again."""
    rows = [_row(new) for new in batch]
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                if first is not None:
                    first()
                return _insert(batch, rows, by=by, beside=beside)
        except IntegrityError:
            if _already_filed(batch) or attempt == _ATTEMPTS:
                raise
            # Only those: among millions every batch has one that is taken, drawn again or not.
            taken = _taken([concern for concern, _code in rows])
            for concern, _code in rows:
                concern.pk = None  # a part of them may have had one before the other part failed
            rows = [
                _row(replace(new, code="")) if not taken or row[0].selector in taken else row
                for new, row in zip(batch, rows, strict=True)
            ]
    raise AssertionError("unreachable")


def _taken(concerns: Sequence[Concern]) -> set[str]:
    """Which of the drawn selectors another concern has, or two of these."""
    drawn = Counter(concern.selector for concern in concerns)
    found = Concern.objects.filter(selector__in=drawn).values_list("selector", flat=True)
    return {*found, *(selector for selector, times in drawn.items() if times > 1)}


def _row(new: NewConcern) -> tuple[Concern, str]:
    owner = new.owner or uuid.uuid4()
    stored = receipts.key_hash(new.key)
    code = new.code or receipts.code_for(stored, owner)
    now = clock.now()
    concern = Concern(
        uuid=owner,
        number=new_number(),
        selector=code[: receipts.SELECTOR],
        mac=receipts.verifier_mac(owner, code) if new.held else None,
        key=stored,
        fingerprint=new.fingerprint(),
        channel=new.channel,
        received_at=new.received_at or now,
        filed_at=now,
        registered_by_id=new.registered_by_id,
        source_ref=new.source_ref,
        title=new.title.strip(),
        words=new.words.strip(),
        wish=new.wish.strip(),
        happened_on=new.happened_on,
        place=new.place.strip(),
        area_id=new.area_id,
        latitude=new.latitude,
        longitude=new.longitude,
        about_official=new.about_official,
        identity=new.identity,
        reply_mode=new.reply_mode,
        language=new.language,
    )
    return concern, code


def _insert(
    batch: Sequence[NewConcern],
    rows: list[tuple[Concern, str]],
    *,
    by: Viewer,
    beside: Callable[[Concern], Sequence[Model]],
) -> list[Receipt]:
    for new, (concern, _code) in zip(batch, rows, strict=True):
        contact = {name: value for name, value in new.contact.items() if value.strip()}
        if contact:
            # What was sealed before the person said another number is gone with it.
            (reseal if new.sealed else seal)(concern.uuid, fields=contact)
    if attached := [name for new in batch for name in new.attachments]:
        # Held before the chain is, as by everybody: else two might wait for each other.
        waiting = Attachment.objects.filter(uuid__in=attached, concern__isnull=True)
        list(waiting.select_for_update().order_by("pk").values_list("pk"))
    asked = {concern.uuid: new for new, (concern, _code) in zip(batch, rows, strict=True)}
    # Made before the chain is held: others wait for it.
    filed = {
        concern.uuid: events.ConcernFiled(concern.channel, concern.identity, proofs.said(concern))
        for concern, _code in rows
    }

    def told(concern: Concern) -> list[Told]:
        subject, actor = f"concern:{concern.pk}", by.actor
        held = [(events.HeldBack(), subject, actor)] if asked[concern.uuid].quarantined else []
        return [(filed[concern.uuid], subject, actor), *held]

    entries = record_new(
        [concern for concern, _code in rows],
        told,
        lambda concern: [*_beside(concern, asked[concern.uuid]), *beside(concern)],
    )
    for new, (concern, _code) in zip(batch, rows, strict=True):
        if new.attachments:
            waiting = Attachment.objects.filter(uuid__in=new.attachments)
            waiting.filter(concern__isnull=True).update(concern=concern)
    return [
        Receipt(concern, code if new.held else None, fresh=True, proof=str(proofs.proof_of(entry)))
        for new, (concern, code), entry in zip(batch, rows, entries, strict=True)
    ]


def _beside(concern: Concern, new: NewConcern) -> Iterator[Model]:
    """What is kept about a concern from the moment it is filed."""
    if new.notify:
        yield NoticeChoice(concern=concern, way=new.notify, chosen_at=concern.filed_at)
    if number := parse_number(new.same_as):
        yield JoinWish(concern=concern, number=number)
    if new.contact.get("email") or "email" in new.sealed:
        yield MailThread(concern=concern, token=new_token())
    if new.quarantined:
        yield Hold(concern=concern, held_at=concern.filed_at)
