"""The doors, the ways to be known and the ways to be answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.vault.choices import Way


class Channel(models.TextChoices):
    """The door by which a concern came in 渠道."""

    WEB = "web", _("Web")
    CALL = "call", _("Call")
    REPORT_LINE = "report_line", _("Report line")
    WALK_IN = "walk_in", _("Visit at the counter")
    LETTER = "letter", _("Letter")
    BOX = "suggestion_box", _("Suggestion box")
    RECEPTION = "reception", _("Reception day")
    PROXY = "proxy", _("Filed for somebody")
    OUTREACH = "outreach", _("Heard on a visit")
    FOUND = "found", _("Found by staff")
    EMAIL = "email", _("E-mail")
    OPEN311 = "open311", _("Another system (Open311)")
    WECHAT = "wechat", _("WeChat")
    API = "api", _("A program (API)")
    SHEET = "sheet", _("Taken over from a file")


class Identity(models.TextChoices):
    """What the person raising a concern wants known about themselves 实名 / 保密 / 匿名."""

    NAMED = "named", _("Named: the office that handles it may see my name and number")
    CONFIDENTIAL = "confidential", _("Confidential: only the intake desk may see them")
    ANONYMOUS = "anonymous", _("Anonymous: I leave no name and no number")


class ReplyMode(models.TextChoices):
    """How the person wants to hear the answer."""

    ONLINE = "online", _("I look it up with my code")
    PHONE = "phone", _("Call me")
    LETTER = "letter", _("Write to me")
    IN_PERSON = "in_person", _("Tell me in person")


NOTICE_WAYS = [(way.value, way.label) for way in (Way.SMS, Way.EMAIL, Way.WECHAT)]
"""The ways by which a person can be told that there is news."""


class Scan(models.TextChoices):
    """What the virus scanner said of a file."""

    NOT_YET = "", _("not checked for viruses")
    CLEAN = "clean", _("checked for viruses")
    INFECTED = "infected", _("a virus was found")
