"""What the discipline receiver tells the person about a sealed case (T9).

Rules for handling accusations 纪检监察机关处理检举控告工作规则: whoever gave their name is told
within 15 working days whether it is accepted, and after the end what came of it.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases import events
from lianxin.cases.actions.moving import move
from lianxin.cases.actions.writing import write_message
from lianxin.cases.models import Case
from lianxin.deadlines import queries as clocks
from lianxin.kernel.problems import Problem


def tell_accepted(case: Case, *, accepted: bool, text: str, by: Viewer) -> None:
    """Tell the person whether it is accepted, in a message; the clock for it stops."""
    if all(clock.kind != "sealed_notice" for clock in clocks.running(case.subject)):
        raise Problem(_("The person has been told already."))
    with transaction.atomic():
        told = events.AcceptanceTold(accepted)
        move(case, "tell_accepted", by=by, events=[told])
        write_message(case, words=text, by=by)


def tell_result(case: Case, *, text: str, by: Viewer) -> None:
    """Tell the person what came of it, in a message."""
    with transaction.atomic():
        move(case, "tell_result", by=by, events=[events.ResultTold()])
        write_message(case, words=text, by=by)
