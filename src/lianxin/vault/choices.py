"""The vault's words: what somebody is needed for, what became of a request, ways of the relay."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What somebody needs to know the person for."""

    MEET = "meet", _("To meet the person or to visit the place with them")
    VERIFY = "verify", _("To ask about facts that nobody else can tell")
    PROTECT = "protect", _("To protect the person")
    REPLY = "reply", _("To hand over a reply or a letter")
    LAW = "law", _("A law obliges us to")


class Decision(models.TextChoices):
    """What the second person said."""

    GRANTED = "granted", pgettext_lazy("request", "Granted")
    REFUSED = "refused", pgettext_lazy("request", "Refused")


class State(models.TextChoices):
    """How a request stands. Never stored: it follows from its dates and its openings."""

    REQUESTED = "requested", _("Waits for a second person")
    GRANTED = "granted", pgettext_lazy("request", "Granted")
    REFUSED = "refused", pgettext_lazy("request", "Refused")
    USED = "used", _("Used up")
    EXPIRED = "expired", _("Lapsed")


class Verdict(models.TextChoices):
    """What the review of an opening without a second person found."""

    RIGHT = "right", _("It was an emergency")
    WRONG = "wrong", _("It was not an emergency")


class Way(models.TextChoices):
    """How the relay reaches a resident."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    CALL = "call", _("Call")
    WECHAT = "wechat", _("WeChat")


class News(models.TextChoices):
    """What a notice to a resident is about; the weightier later. Nothing of it says more."""

    NEWS = "news", _("Something has happened")
    ANSWERED = "answered", _("There is an answer")
    ASKED = "asked", _("Something is asked of the person")


FIELD_OF = {Way.EMAIL: "email", Way.SMS: "phone", Way.CALL: "phone", Way.WECHAT: "wechat"}
"""Which sealed field each way needs."""
HIDDEN = frozenset(("wechat",))
"""Sealed fields that nobody is ever shown: the name of an account at one carrier, of use to nobody
but the vault, and the same in every matter of a person."""
