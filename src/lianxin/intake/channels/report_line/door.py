"""The door of reports about offices and officials."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from lianxin.intake.channels.door import Door
from lianxin.intake.channels.report_line.actions import file_report
from lianxin.intake.channels.report_line.forms import ReportLineForm
from lianxin.intake.choices import Channel

DOOR = Door(
    Channel.REPORT_LINE,
    pgettext_lazy("door", "Report line"),
    ReportLineForm,
    file=file_report,
)
