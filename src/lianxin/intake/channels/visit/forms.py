"""What somebody at the counter is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.intake.channels.visit.models import MOST
from lianxin.intake.choices import ReplyMode
from lianxin.intake.forms.registering import RegisterForm


class VisitForm(RegisterForm):
    """A visit, by one person or for a group."""

    FACTS = ("people",)

    people = forms.IntegerField(
        label=_("How many came"), min_value=1, initial=1, max_value=MOST,
        help_text=_("A group speaks by at most five people."),
        error_messages={
            "max_value": _(
                "At most five people speak for a group (Regulations on petitions 信访工作条例, "
                "article 20). Please ask them to choose five."
            ),
        },
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("reply_mode", ReplyMode.IN_PERSON.value)
