"""What is known of somebody who files for another person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Relation(models.TextChoices):
    """Who files for the person."""

    RELATIVE = "relative", pgettext_lazy("proxy", "A relative")
    NEIGHBOUR = "neighbour", pgettext_lazy("proxy", "A neighbour or friend")
    VOLUNTEER = "volunteer", pgettext_lazy("proxy", "A volunteer")
    COMMUNITY = "community", pgettext_lazy("proxy", "Somebody of the community or village")
    LAWYER = "lawyer", pgettext_lazy("proxy", "A lawyer or legal worker")


class Proxy(models.Model):
    """A proxy 代理人: who brought a concern for whose it is, and what allows them to.

    Their name and number are sealed with the concern. ``paper`` says where the signed
    authorisation is kept; whoever registered the concern has seen it. No picture of it: it bears
    the name of the person, which not everybody who handles the case may know. ``sent``: nobody has
    seen it; a picture came from afar, and lies sealed (see `Attachment.authority`).
    """

    concern = models.OneToOneField("intake.Concern", models.PROTECT, related_name="proxy")
    relation = models.CharField(max_length=10, choices=Relation.choices)
    paper = models.CharField(max_length=80, blank=True)
    sent = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="proxy_relation", condition=Q(relation__in=Relation.values)
            ),
            models.CheckConstraint(name="proxy_has_paper", condition=Q(sent=True) | ~Q(paper="")),
        ]

    def __str__(self) -> str:
        return f"{self.relation} for concern {self.concern_id}"
