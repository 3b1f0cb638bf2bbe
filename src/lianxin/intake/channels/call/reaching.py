"""Who may reach a caller whose call was missed: what the vault asks before it opens a number."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lianxin.access import Answer, Denied
from lianxin.intake.channels.call import queries
from lianxin.intake.channels.call.models import Call
from lianxin.intake.channels.call.policy import may_answer
from lianxin.people import queries as people
from lianxin.vault import queries as vault
from lianxin.vault.choices import Way
from lianxin.vault.matters import Matter, matter

NO = Denied(_("A number of the hotline is for calling back, for nothing else."))


@matter("call")
def of_call(pk: str, user_id: int) -> Matter | None:
    """The number of a call that was missed: to be called, and seen only where nothing else can."""
    call = Call.objects.filter(pk=pk).first()
    if call is None or not queries.is_missed(call):
        return None
    answer = may_answer(people.viewer_of(user_id))
    carried = Way.CALL in vault.ways_to(["phone"])
    return Matter(
        owner=call.uuid,
        two=False,
        may_open=NO if carried else answer,
        may_write=NO,
        may_call=answer,
        may_decide=_nobody,
    )


def _nobody(_user_id: int) -> Answer:
    return NO
