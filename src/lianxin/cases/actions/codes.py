"""Give a person who comes to the desk a new query code, after making sure that it is them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from lianxin.access import Denied, Refused, Viewer, require, scope
from lianxin.cases import queries
from lianxin.cases.models import Case
from lianxin.cases.policy import may_give_code
from lianxin.intake import actions as intake
from lianxin.kernel.problems import Problem
from lianxin.vault import actions as vault


def give_code(case: Case, *, said: Mapping[str, str], by: Viewer) -> str:
    """The new code, when what the person says agrees with what they left. Nobody is shown that.

    Raises Refused by the policy; Problem when it does not agree, after three tries a day, and when
    there is nothing to compare with; what `vault.compare` raises, and like it not in a transaction.
    """
    require(may_give_code(by, case))
    if not scope(by, Case).filter(pk=case.pk).exists():
        raise Refused(Denied(_("Only the desk that took the concern can give a new code.")))
    asked = queries.identity_fields(case)
    if not asked:
        raise Problem(_("There is no name and no number here to compare with."))
    given = {field: said.get(field, "") for field in asked}
    if not vault.compare(case.subject, said=given, by=by):
        raise Problem(
            _("This is not what was left with the concern. Please ask once more, as it was said "
              "when it was filed.")
        )  # fmt: skip
    return intake.give_code_anew(case.concern, by=by)
