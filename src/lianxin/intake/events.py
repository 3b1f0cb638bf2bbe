"""What the intake module writes to the journal."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class ConcernFiled(Event):
    """A concern was received and acknowledged with a number and a query code.

    ``said`` is a keyed hash of its words: a change of them shows.
    """

    name: ClassVar[str] = "intake.concern_filed"
    channel: str
    identity: str
    said: str = ""


@register
class WordsAdded(Event):
    """Words or files were added to a concern; ``photos`` counts files of every kind."""

    name: ClassVar[str] = "intake.words_added"
    addition: int
    photos: int
    helped: bool = False


@register
class HelperInvited(Event):
    """The person made a number with which one helper may look along for some minutes.

    ``standing``: somebody filed for the person, with their signed word, and may follow the matter.
    """

    name: ClassVar[str] = "intake.helper_invited"
    helper: int
    may_write: bool
    standing: bool = False


@register
class CodeHandedOver(Event):
    """Whoever filed for the person had the person's query code shown on their device."""

    name: ClassVar[str] = "intake.code_handed_over"


@register
class OpenedTogether(Event):
    """A concern was opened together with the person: by a helper, or by staff at the desk.

    ``unit`` is that of the staff; the entry's actor tells who it was.
    """

    name: ClassVar[str] = "intake.opened_together"
    helper: int
    unit: int | None = None


@register
class HelpEnded(Event):
    """The person ended looking together before its time."""

    name: ClassVar[str] = "intake.help_ended"


@register
class CodeGivenAnew(Event):
    """A new query code was given to the person at the desk; the one before opens nothing now."""

    name: ClassVar[str] = "intake.code_given_anew"
    counter: int


@register
class HeldBack(Event):
    """It came in a flood: it is filed and acknowledged, and a person has to let it through."""

    name: ClassVar[str] = "intake.held_back"


@register
class Released(Event):
    """A person let it through; its case is opened, and its limits run from when it was filed."""

    name: ClassVar[str] = "intake.released"


@register
class MailBounced(Event):
    """An e-mail to the person came back: it did not reach them."""

    name: ClassVar[str] = "intake.mail_bounced"


@register
class NoticesChosen(Event):
    """By which way the person wishes to be told of news; empty: not at all."""

    name: ClassVar[str] = "intake.notices_chosen"
    way: str


@register
class ContactCorrected(Event):
    """The person had contact details sealed anew; what was there under them before is gone."""

    name: ClassVar[str] = "intake.contact_corrected"
    fields: tuple[str, ...]


@register
class ContactErased(Event):
    """All contact details of a concern were removed for good: ``asked`` for, or ``time_over``.

    Number and hash of this entry are the proof of it that the person takes away.
    """

    name: ClassVar[str] = "intake.contact_erased"
    why: str
