"""P4: every address, method, role and relation is as the one reviewed table says.

All cells of `tests/trust/access.yaml` are asked, and what is closed is held against what does not
exist: the same body, the same number of queries, nothing written. The known-bad builds are the
policy and the scopes with one change each; those that no cell can show are named with the reason.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from bench import places

PROCESSES = 2
MOST_TOLD = 20
SEEN_ONLY_SO = "who is not meant does not see the case: asked once more in case a page forgets"
WORDS_ONLY = "changes the reason that is shown, not the answer"
DESK_INSIDE = "differs only where the desk is a part of the unit that handles"
BY_CODE = "no page of a resident asks for more than the concern whose code it holds"
NOT_A_PAGE = "no page offers it: tests/cases/test_who_may_move.py asks the policy"
EQUIVALENT = {
    "scoping:": "runs when the modules are loaded, long before somebody asks",
    "closed_units:": "which unit may be chosen on a form: tests/cases/test_kept_away.py",
    "can_look:": "asked when a case is given a desk and keys: tests/cases/test_kept_away.py",
    "is_kept_away:": "asked when somebody is named or told: tests/cases/test_kept_away.py",
    "keeps_away: declared.filter(person__isnull=False)": "nobody is the person that was not named",
    "may_move: if viewer.is_system": NOT_A_PAGE,
    "may_move: Denied(_('This happens by itself": NOT_A_PAGE,
    "may_move: Denied(_('Only the person who raised": NOT_A_PAGE,
    "may_move: _('This is for: %s.') %": WORDS_ONLY,
    "may_move: ok and _inside(viewer, lead) -> _inside": WORDS_ONLY,
    "may_move: bool(lead) and viewer.covers(move.roles, lead) -> viewer.covers": (
        "nothing covers a unit that there is not"
    ),
    "may_move: bool(lead) and any((viewer.covers(move.roles, path) for path in (lead, "
    "case.desk_unit.path -> any(": "whoever covers the desk alone makes these moves with a unit",
    "may_move: viewer.covers(move.roles, case.desk_unit.path) and (not _inside(viewer, lead)) "
    "-> viewer.covers": DESK_INSIDE,
    "may_see_contact: Denied(_('Only the discipline": SEEN_ONLY_SO,
    "may_see_contact: viewer.covers(Role.DISCIPLINE_RECEIVER": SEEN_ONLY_SO,
    "may_write: Denied(NOT_YOURS)": BY_CODE,
    "may_write: if case.state == State.ARCHIVED": "no case here is archived",
    "may_write: Denied(_('It is archived": "no case here is archived",
    "office_of: viewer.covers(SEALED_BY": SEEN_ONLY_SO,
    "may_give_code: if not viewer.covers": SEEN_ONLY_SO,
    "may_give_code: viewer.covers(roles, case.desk_unit.path) -> True": SEEN_ONLY_SO,
    "may_give_code: Denied(_('Only the desk": SEEN_ONLY_SO,
    "may_give_code: if case.lead_unit and _inside": DESK_INSIDE,
    "may_give_code: Denied(_('Somebody outside": DESK_INSIDE,
    "may_give_code: if case.concern.identity": "no case here is anonymous: test_code_anew.py",
    "may_give_code: Denied(_('Nobody left": "no case here is anonymous: test_code_anew.py",
    "scope: if narrow is None": "all that is asked for has a scoping: tests/access/test_scopes.py",
    "visible_cases: if viewer.concern_id": BY_CODE,
    "visible_cases: rows.filter(concern_id": BY_CODE,
    "visible_cases: kept is None or len(kept)": "nobody here is kept from five hundred cases",
    "visible_concerns: if viewer.concern_id": BY_CODE,
    "visible_concerns: rows.filter(pk": BY_CODE,
}
"""Mutants that no cell can show, by how they begin, and why; what shows is caught all the same."""


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """How many cells were asked, which were not as stated, and what became of every mutant."""
    with ThreadPoolExecutor(PROCESSES) as threads:
        parts = list(threads.map(lambda part: _part(part, seed, scale), range(PROCESSES)))
    cells = sum((part["cells"] for part in parts), Counter[str]())
    faults = [told for part in parts for told in part["faults"]]
    shown = {name: told for part in parts for name, told in part["mutants"].items()}
    excused = {name: why for name in shown if (why := _excuse(name)) and not shown[name]}
    missed = sorted(name for name, told in shown.items() if not told and name not in excused)
    functions = {name.partition(":")[0] for name in shown if name not in excused}
    twins = {
        f"{function}, one change at a time": "missed"
        if any(name.startswith(f"{function}:") for name in missed)
        else "caught"
        for function in sorted(functions)
    }
    return {
        "passed": not faults and not missed,
        "cells": sum(cells.values()),
        "asked": sum(part["asked"] for part in parts),
        "wanted": dict(sorted(cells.items())),
        "not as stated": faults[:MOST_TOLD],
        "mutants": len(shown),
        "mutants caught": sum(map(bool, shown.values())),
        "mutants missed": missed[:MOST_TOLD],
        "mutants that change nothing a page shows": excused,
        "twins": twins,
    }


def _excuse(name: str) -> str:
    return next((why for begin, why in EQUIVALENT.items() if name.startswith(begin)), "")


def _part(part: int, seed: int, scale: float) -> dict[str, Any]:
    with places.place("sqlite") as place:
        place.migrate()
        found: dict[str, Any] = place.inside(_inside, part, seed, scale)
    return found


def _inside(part: int, seed: int, scale: float) -> dict[str, Any]:
    """One process's share of the cells and of the mutants."""
    from bench.trust.in_process import cheap
    from lianxin.access import scopes
    from lianxin.cases import policy
    from tests.cast import make_cast
    from tests.trust import matrix
    from tests.trust.access_town import build
    from tests.trust.mutants import mutants, shown_by

    with cheap():
        town = build(make_cast())
        asking = matrix.Asking(town)
        chance = Random(seed)
        every = [*matrix.cells(town), *matrix.act_cells(town)]
        chosen = chance.sample(every, max(1, round(len(every) * scale)))
        found = Counter[str]()
        faults = list(matrix.deed_faults(asking)) if part == 0 else []
        for cell in chosen[part::PROCESSES]:
            found[cell.want] += 1
            if told := matrix.fault(asking, cell):
                faults.append(told)
        looks = chance.sample(every, k=len(every))
        changed = mutants(policy, scopes)
        if scale < 1:
            changed = chance.sample(changed, k=max(6, round(len(changed) * scale)))
        shown = {
            str(mutant): shown_by(mutant, asking, looks) for mutant in changed[part::PROCESSES]
        }
    return {"cells": found, "faults": faults, "asked": asking.asked, "mutants": shown}
