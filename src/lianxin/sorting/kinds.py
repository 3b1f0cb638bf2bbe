"""The words for what sort of concern it is and how soon it needs an answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Urgency(models.TextChoices):
    """How soon, chosen by a person (domain: presets). Never by who the resident is."""

    CRITICAL = "critical", _("Danger to life or property")
    UTILITY = "utility", _("Water, power, gas, heat, lift")
    ORDINARY = "ordinary", _("Ordinary")
    COMPLEX = "complex", _("Several units, a long history or unclear law")


class Kind(models.TextChoices):
    """What sort of concern 类型 (domain C3)."""

    ENQUIRY = "enquiry", _("Enquiry")
    HELP = "help", _("Request for help")
    COMPLAINT = "complaint", _("Complaint about a service or a thing")
    COMPLAINT_OFFICIAL = "complaint_official", _("Complaint about a unit or an official")
    REPORT = "report", _("Report of wrongdoing")
    SUGGESTION = "suggestion", _("Suggestion")
    DISPUTE = "dispute", _("Dispute between parties")
    PRAISE = "praise", _("Praise")


class Route(models.TextChoices):
    """The lawful way a category usually takes, told before anything is tried in vain."""

    POLICE = "police", _("The police; report it there as well, at once")
    JUDICIAL = "judicial", _("A court, the procuratorate or arbitration decides it")
    DISCLOSURE = "info_disclosure", _("A request for information, with its own limits")
    DISCIPLINE = "discipline", _("The discipline body, in the sealed lane")


class BodyKind(models.TextChoices):
    """What sort of outside body something is handed over to."""

    COURT = "court", _("Court")
    PROCURATORATE = "procuratorate", _("Procuratorate")
    POLICE = "police", _("Police")
    ARBITRATION = "arbitration", _("Arbitration")
    RECONSIDERATION = "reconsideration", _("Administrative reconsideration")
    LEVEL_ABOVE = "level_above", _("The level above")
    ELSEWHERE = "elsewhere", _("Another place")
    EMERGENCY = "emergency", _("Emergency services")
    COMPANY = "company", _("Company")
    OTHER = "other", pgettext_lazy("outside body", "Other")


class GroundMove(models.TextChoices):
    """What a ground leads to."""

    REFER_OUT = "refer_out", _("Tell another way")
    NOT_ACCEPT = "not_accept", _("Not accepted")
    SET_ASIDE = "set_aside", _("Set aside: not a concern")
    MERGE = "merge", _("Join to the same matter")
    SEAL = "seal", _("Sealed lane")
    TERMINATE = "terminate", _("End of handling")
