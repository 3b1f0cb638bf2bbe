"""What WeChat's server tells us of a person, and what we answer: small XML.

Nothing here trusts it: no DTD, no entity, no nested element, at most `MOST_BYTES`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from lianxin.intake.channels.wechat.places import wgs84
from lianxin.kernel import words

MOST_BYTES = 256 * 1024
"""Bytes of one request; a text message of WeChat has at most 2 kB."""
NAME = re.compile(r"[A-Za-z0-9_@-]{1,64}\Z")
MEDIA = re.compile(r"[A-Za-z0-9_=-]{1,255}\Z")
NUMBER = re.compile(r"[0-9]{1,20}\Z")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML may hold, and people's keyboards send all the same."""
TAKEN = ("text", "image", "voice", "video", "shortvideo", "location", "link", "event")


class Unreadable(Exception):  # noqa: N818 - what it says about the message
    """It is no XML, names no sender, or is built to do harm."""


@dataclass(frozen=True)
class Said:
    """One message or event. ``order``: sorts what one person said; ``kind``: of `TAKEN`, or
    "other". ``place``: latitude and longitude in WGS 84."""

    person: str
    account: str
    kind: str
    at: int
    id: str
    text: str = ""
    media: str = ""
    place: tuple[Decimal, Decimal] | None = None
    event: str = ""
    key: str = ""

    @property
    def order(self) -> str:
        """By the time it was said, then by its number."""
        return f"{self.at:012d}.{self.id:0>20}"

    @property
    def identity(self) -> str:
        """What is the same when WeChat sends it again, and for no other: as its documents say."""
        told = f"{self.at}|{self.event}|{self.key}|{self.text}|{self.media}"
        return f"{self.person}|{self.id or told}"


def envelope(body: bytes) -> str:
    """What is encrypted in a request of the safe mode; empty when nothing is."""
    return _fields(body).get("Encrypt", "").strip()


def read(body: bytes) -> Said:
    """Read a message. Raises Unreadable; what is odd in it but says who sent it is kept."""
    found = _fields(body)
    person, account = found.get("FromUserName", ""), found.get("ToUserName", "")
    at, number = found.get("CreateTime", ""), found.get("MsgId", "")
    if not NAME.match(person) or not NAME.match(account) or not NUMBER.match(at) or len(at) > 12:
        raise Unreadable("nobody to answer")
    kind = found.get("MsgType", "").strip().lower()
    media = found.get("MediaId", "")
    return Said(
        person=person,
        account=account,
        kind=kind if kind in TAKEN else "other",
        at=int(at),
        id=number if NUMBER.match(number) else "",
        text=_text(kind, found),
        media=media if MEDIA.match(media) else "",
        place=_place(found),
        event=found.get("Event", "").strip().lower()[:40],
        # Of a template message it is the number under which it was sent.
        key=(found.get("EventKey") or found.get("MsgID", ""))[:64],
    )


def written(said: Said, text: str, now: int) -> str:
    """A text message to whoever said it, as XML."""
    return (
        f"<xml><ToUserName>{_cdata(said.person)}</ToUserName>"
        f"<FromUserName>{_cdata(said.account)}</FromUserName><CreateTime>{now}</CreateTime>"
        f"<MsgType>{_cdata('text')}</MsgType><Content>{_cdata(text)}</Content></xml>"
    )


def enveloped(encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
    """An answer of the safe mode, as XML."""
    return (
        f"<xml><Encrypt>{_cdata(encrypted)}</Encrypt>"
        f"<MsgSignature>{_cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _fields(body: bytes) -> dict[str, str]:
    if len(body) > MOST_BYTES:
        raise Unreadable("too large")
    text = CONTROL.sub("", body.decode("utf-8", "replace"))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True,
        dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(type(error).__name__) from None
    if root.getroottree().docinfo.doctype or root.tag != "xml":
        raise Unreadable("no message")
    found: dict[str, str] = {}
    for child in root:
        # An entity has no name; what is named twice could be meant twice.
        if not isinstance(child.tag, str) or child.tag in found:
            raise Unreadable("no message")
        found[child.tag] = "" if len(child) else child.text or ""
    return found


def _text(kind: str, found: dict[str, str]) -> str:
    match kind:
        case "text":
            said = found.get("Content", "")
        case "event":
            said = found.get("Status", "")
        case "voice":
            said = found.get("Recognition", "")
        case "location":
            return " ".join(words.clean(found.get("Label", "")).split())[:200]
        case "link":
            said = "\n".join(found.get(name, "") for name in ("Title", "Description", "Url"))
        case _:
            said = ""
    return words.clean(said)


def _place(found: dict[str, str]) -> tuple[Decimal, Decimal] | None:
    try:
        latitude = Decimal(found.get("Location_X", "").strip()[:24])
        longitude = Decimal(found.get("Location_Y", "").strip()[:24])
    except InvalidOperation:
        return None
    if not (latitude.is_finite() and longitude.is_finite()):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return wgs84(latitude, longitude)


def _cdata(text: str) -> str:
    clean = CONTROL.sub("", text).encode("utf-8", "replace").decode()
    return f"<![CDATA[{clean.replace(']]>', ']]]]><![CDATA[>')}]]>"
