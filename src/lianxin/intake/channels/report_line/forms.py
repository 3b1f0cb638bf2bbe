"""What is asked of somebody who reports an office or an official."""

from __future__ import annotations

from typing import Any

from lianxin.intake.choices import Identity, ReplyMode
from lianxin.intake.forms.registering import RegisterForm


class ReportLineForm(RegisterForm):
    """A report. It is about an office: that is not asked. A name is left only by who wants to."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["about_official"]
        self.initial.setdefault("identity", Identity.ANONYMOUS.value)
        self.initial.setdefault("reply_mode", ReplyMode.ONLINE.value)
