"""Who may know who raised a case: what the vault asks before it opens anything.

Routine matters need a reason. What is about an office or an official, what somebody told in
confidence and what lies in the sealed lane need a second person as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from lianxin.access import ANONYMOUS, Allowed, Answer, Denied, Viewer, scope
from lianxin.cases import policy, queries
from lianxin.cases.models import Case, Ground
from lianxin.cases.states import DESK, State
from lianxin.intake import queries as intake
from lianxin.kernel.ids import format_number
from lianxin.notices import wording
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.vault import queries as vault
from lianxin.vault.choices import Way
from lianxin.vault.matters import Addressee, Matter, addresser, matter
from lianxin.vault.templates import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECOND = (Role.DISPATCHER, Role.SUPERVISOR, Role.DISCIPLINE_RECEIVER, Role.PRIVACY_OFFICER)
"""Who may be the second person. Nobody of the unit that handles the case."""
REACHING = (*policy.UNIT_ROLES, Role.FOLLOW_UP_CALLER)
"""Who may write to the person of a case without knowing who they are."""
UNSEEN = Denied(_("This case is not in your sight."))


@matter("case")
def of_case(pk: str, user_id: int) -> Matter | None:
    """How a user may treat the sealed contact of a case today."""
    case = queries.with_relations(Case.objects.filter(pk=pk)).first() if pk.isdecimal() else None
    if case is None:
        return None
    viewer = viewer_of(user_id)
    seen = _sees(viewer, case)
    return Matter(
        owner=case.concern.uuid,
        two=needs_second(case),
        may_open=policy.may_see_contact(viewer, case) if seen else UNSEEN,
        may_write=may_write(viewer, case) if seen else UNSEEN,
        may_call=may_call(viewer, case) if seen else UNSEEN,
        may_decide=_decides(viewer, case),
        language=case.concern.language,
        write_to=intake.mail_address_of(case.concern_id),
    )


@addresser("case")
def addressee_of(pk: str) -> Addressee | None:
    """Whether and by which way the person of a case wishes to be told of news."""
    case = queries.with_relations(Case.objects.filter(pk=pk)).first()
    choice = intake.notice_choice(case.concern_id) if case else None
    if case is None or choice is None:
        return None
    concern, way = case.concern, Way(choice)
    return Addressee(
        concern.uuid,
        way,
        format_number(concern.number),
        concern.language,
        intake.mail_address_of(concern.pk),
        words=words_of(case, way, concern.language),
    )


def words_of(case: Case, way: Way, language: str) -> Words | None:
    """Those of the unit that handles the case, or of the nearest above it; None: the product's.

    They tell whoever holds the phone which unit handles it, and must tell no more: never the
    place's nor the desk's, since a case that is kept from an office lies at another desk; and a
    conflict changes nothing but that whom the case is about never speaks in it.
    """
    at = case.parent or case
    if at.lead_unit is None or at.state == State.SEALED:
        return None
    if any(policy.closed_units(one)(at.lead_unit) for one in {case, at}):
        return None
    return wording.words_for(at.lead_unit.path, way, language)


@matter("file")
def of_file(pk: str, user_id: int) -> Matter | None:
    """The key of a sealed original, which is treated as the contact of its case is."""
    row = intake.attachment_by_id(int(pk)) if pk.isdecimal() else None
    case = queries.case_of_file(row)
    found = of_case(str(case.pk), user_id) if case else None
    return replace(found, owner=row.uuid) if row and found else None


def needs_second(case: Case) -> bool:
    """Whether a second person must agree: confidential, sealed, about an office or an official."""
    return bool(
        case.concern.identity == "confidential"
        or case.concern.about_official
        or case.state == State.SEALED
        or (case.category and case.category.sealed)
        or any(row.ground == Ground.ABOUT for row in queries.conflicts_of(case))
    )


def may_write(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer may write to the person through the relay."""
    if viewer.covers(DESK, case.desk_unit.path) or _receives(viewer, case):
        return Allowed()
    if case.lead_unit and viewer.covers(REACHING, case.lead_unit.path):
        return Allowed()
    return Denied(_("Only those who handle this case write to the person."))


def may_call(viewer: Viewer, case: Case) -> Answer:
    """As writing; but a voice may be known, so in confidence the desk alone calls."""
    answer = may_write(viewer, case)
    if not answer or case.concern.identity != "confidential":
        return answer
    if viewer.covers(DESK, case.desk_unit.path) or _receives(viewer, case):
        return answer
    return Denied(_("The person asked that only the intake desk knows who they are."))


def ways_open(viewer: Viewer, case: Case, sealed: Sequence[str]) -> list[Way]:
    """The ways of the relay that are open to this person, when these fields are sealed."""
    if not sealed or not may_write(viewer, case):
        return []
    calls = may_call(viewer, case)
    return [way for way in vault.ways_to(sealed) if way != Way.CALL or calls]


def may_decide(viewer: Viewer, case: Case, asker: Viewer, *, seen: bool = False) -> Answer:
    """Whether the viewer may be the second person for what `asker` wants to see.

    `seen`: it is known already that the viewer sees the case.
    """
    if viewer.user_id is None or viewer.user_id == asker.user_id:
        return Denied(_("A second person has to answer."))
    if not viewer.has(*SECOND) or not (seen or _sees(viewer, case)):
        return Denied(_("This is not for you to decide."))
    if case.lead_unit and _all_inside(viewer, case.lead_unit.path):
        return Denied(_("Somebody outside the handling unit must do this."))
    above = {grant.path for grant in asker.grants}
    if all(
        any(own.path != path and own.path.startswith(path) for path in above)
        for own in viewer.grants
    ):
        return Denied(_("Somebody who does not report to whoever asks must do this."))
    return Allowed()


def deciders(case: Case, asker: Viewer) -> list[int]:
    """Everybody who may be the second person, those nearest to the asker first."""
    found: dict[int, int] = {}
    paths = {case.desk_unit.path, *(grant.path for grant in asker.grants)}
    for path in sorted(paths):
        for viewer in people.viewers_with(path, *SECOND):
            if viewer.user_id is not None and may_decide(viewer, case, asker):
                near = max(len(grant.path) for grant in viewer.grants_of(*SECOND))
                found[viewer.user_id] = max(near, found.get(viewer.user_id, 0))
    return sorted(found, key=lambda pk: (-found[pk], pk))


def viewer_of(user_id: int) -> Viewer:
    """A user as a viewer, with the roles of today."""
    user = people.who_may_sign_in().filter(pk=user_id).first()
    return people.viewer_for(user) if user else ANONYMOUS


def _sees(viewer: Viewer, case: Any) -> bool:
    return scope(viewer, Case).filter(pk=case.pk).exists()


def _receives(viewer: Viewer, case: Case) -> bool:
    return case.state == State.SEALED and viewer.covers(
        Role.DISCIPLINE_RECEIVER, case.desk_unit.path
    )


def _all_inside(viewer: Viewer, path: str) -> bool:
    return all(grant.path.startswith(path) for grant in viewer.grants)


def _decides(asker: Viewer, case: Case) -> Callable[[int], Answer]:
    return lambda user_id: may_decide(viewer_of(user_id), case, asker)
