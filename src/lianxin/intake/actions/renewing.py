"""Give a person a new query code instead of one that is lost."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake import events, queries, receipts
from lianxin.intake.models import Concern
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem

_ATTEMPTS = 5


def give_code_anew(concern: Concern, *, by: Viewer) -> str:
    """The new code. The one before, and whatever is open with it, opens nothing any more.

    The caller has made sure that the person is who they say. Raises Problem when somebody else
    has just done the same.
    """
    for counter in range(concern.code_counter + 1, concern.code_counter + 1 + _ATTEMPTS):
        code = receipts.code_for(concern.key, concern.uuid, counter)
        try:
            with transaction.atomic():
                _replace(concern, counter, code)
                record(events.CodeGivenAnew(counter), subject=f"concern:{concern.pk}", by=by.actor)
        except IntegrityError:
            continue  # another concern has this selector
        return code
    raise AssertionError("unreachable")


def _replace(concern: Concern, counter: int, code: str) -> None:
    same = Concern.objects.filter(pk=concern.pk, code_counter=concern.code_counter)
    changed = same.update(
        selector=code[: receipts.SELECTOR],
        mac=receipts.verifier_mac(concern.uuid, code),
        verifier="",
        code_counter=counter,
    )
    if changed != 1:
        raise Problem(_("Somebody else has just given a new code. Please look at it again."))
    # Who files for the person has a code of their own, which the lost one does not open.
    opened = queries.live_helpers().filter(concern=concern, standing=False)
    opened.update(ended_at=clock.now())
