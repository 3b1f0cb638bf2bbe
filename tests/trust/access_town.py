"""What there is to be asked for in the access matrix: a town, and a case for every situation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.urls import reverse

from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.cases import actions as cases
from lianxin.cases.models import SavedView
from lianxin.intake import actions as intake
from lianxin.intake import receipts
from lianxin.intake.channels.api import actions as programs
from lianxin.intake.channels.box import actions as boxes
from lianxin.intake.channels.box.actions import BoxFacts
from lianxin.intake.channels.call.actions import Told, What, take_note
from lianxin.intake.channels.open311 import actions as open311
from lianxin.intake.channels.reception import actions as receptions
from lianxin.intake.channels.reception.actions import DayFacts
from lianxin.intake.models import Attachment, Helper, Ledger, Sheet
from lianxin.kernel import clock
from lianxin.people import queries as people
from lianxin.people.models import Interest, Membership
from lianxin.people.roles import Role
from lianxin.rights import actions as rights
from lianxin.seals.models import Key
from lianxin.vault import actions as vault
from tests.cast import Cast
from tests.intake.paper import copy
from tests.pages.desk.test_acts import TABLE as ACTS
from tests.pages.desk.test_acts import Row
from tests.trust.access_table import OWNER
from tests.trust.posts import HELPER, WRITING_HELPER, Posts, take_office
from tests.walk import Walk, begin, load_sorting

SITUATIONS = ("waiting", "handled", "in confidence", "held", "sealed")
PERSON = {"name": "王桂兰", "phone": "13812345678", "email": "wang@example.org"}
REASON = "需要当面核实当天在场人员的姓名和时间"
ASKERS = {
    "waiting": ("intake_clerk", "desk"), "handled": ("handler", "unit"),
    "in confidence": ("intake_clerk", "desk"), "held": ("dispatcher", "desk"),
    "sealed": ("discipline_receiver", "desk"),
}  # fmt: skip


@dataclass
class Town:
    """What there is to be asked for."""

    posts: Posts
    walks: dict[str, Walk]
    other: Walk
    public: Walk
    """A case that everybody may know of."""
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Arguments of an address by its name; of what is about a case by situation and name."""
    sights: dict[str, str] = field(default_factory=dict)
    """How a case that was brought to where an act is possible stands, by `act:name`."""
    cases: dict[str, int] = field(default_factory=dict)
    concerns: dict[str, Any] = field(default_factory=dict)
    helpers: dict[str, dict[str, Helper]] = field(default_factory=dict)

    def path(self, name: str, situation: str, /, **changes: Any) -> str:
        """Where this address is for a case that stands so."""
        found = self.things.get(f"{situation} {name}") or self.things.get(name) or {}
        return reverse(name, kwargs=found | changes)


def build(cast: Cast, *, acts: bool = True, roles: Iterable[str] = tuple(Role)) -> Town:
    """The town with everybody in office, a case for every situation and one for every act."""
    load_sorting()
    rights.load_defaults(by=SYSTEM)
    walks = {situation: _case(cast, situation) for situation in SITUATIONS}
    brought = {f"act:{row.act}": _brought(cast, row) for row in ACTS} if acts else {}
    other, public = begin(cast), begin(cast)
    public.sort()
    posts = take_office(cast, roles=roles)
    rows = [walk.case for walk in (*walks.values(), *brought.values())]
    posts.keep_away(rows)
    posts.keep_desk_away(other.case)
    posts.call_in([row for row in rows if row.lead_unit])
    town = Town(posts, walks, other, public)
    town.concerns = {situation: walk.case.concern for situation, walk in walks.items()}
    town.concerns[""] = town.concerns["handled"]
    town.concerns["other"] = other.case.concern
    for situation, walk in walks.items():
        _things_of(town, situation, walk)
    town.helpers[""] = town.helpers["handled"]
    if acts:
        brought |= {f"act:write@{name}": walks[name] for name in ("waiting", "sealed")}
    for situation, walk in brought.items():
        case, act = walk.case, act_of(situation)
        town.things[f"{situation} case_act"] = {"number": walk.number, "act": act}
        town.concerns[situation], town.helpers[situation] = case.concern, town.helpers[""]
        town.cases[situation] = case.pk
        sealed = case.state == "sealed"
        town.sights[situation] = "sealed" if sealed else "handled" if case.lead_unit else "waiting"
    _things(town)
    return town


def act_of(situation: str) -> str:
    """The act in "act:write@sealed"."""
    return situation.partition(":")[2].partition("@")[0]


def _brought(cast: Cast, row: Row) -> Walk:
    """A case where the act is possible; calls and conflicts are made later, for all of them."""
    walk = begin(cast)
    if row.act in ("answer_whistle", "lift_conflict"):
        walk.until("handling")
    else:
        row.before(walk)
    return walk


def _case(cast: Cast, situation: str) -> Walk:
    picture = intake.store_file(copy())
    # The original is asked for, never opened: who may is decided before.
    Attachment.objects.filter(pk=picture.pk).update(original="heic")
    identity = "confidential" if situation == "in confidence" else "named"
    walk = begin(
        cast, identity=identity, contact=PERSON, attachments=(picture.uuid,),
        about_official=situation == "held",
    )  # fmt: skip
    if situation != "held":
        walk.until("handling" if situation in ("handled", "in confidence") else "triage")
    if situation == "sealed":
        cases.seal_case(walk.case, by=walk.viewer("dispatcher"))
    return walk


def _things_of(town: Town, situation: str, walk: Walk) -> None:
    """What hangs on the case of this situation: a file, a request to see a name, two helpers."""
    case = walk.case
    asker = people.viewer_for(town.posts.at(*ASKERS[situation]).user)
    asked = vault.ask(case.subject, fields=["phone"], purpose="verify", reason=REASON, by=asker)
    number = {"number": walk.number}
    name = {"name": case.concern.attachments.get().uuid}
    for address in ("case", "case_contact", "case_write", "case_code", "case_letter", "case_sent"):
        town.things[f"{situation} {address}"] = number
    town.things[f"{situation} case_act"] = number | {"act": "step_aside"}
    town.things[f"{situation} case_original"] = number | name
    town.things[f"{situation} file"] = name
    town.things[f"{situation} identity_request"] = {"name": asked.uuid}
    town.helpers[situation] = {}
    for role in (HELPER, WRITING_HELPER):
        let = intake.invite_helper(case.concern, may_write=role == WRITING_HELPER, by=walk.resident)
        found = intake.open_together(receipts.helper_number(let.uuid), by=ANONYMOUS)
        assert found is not None
        # A second one sends the first away; here both stay.
        Helper.objects.update(ended_at=None)
        town.helpers[situation][role] = found


def _things(town: Town) -> None:
    """What belongs to units and people."""
    cast, owner = town.posts.cast, town.posts.at(*OWNER).user
    assert owner is not None
    unit, person = {"pk": cast.housing.pk}, {"pk": cast.handler.pk}
    for name in ("", "_add", "_change", "_close"):
        town.things[f"people_unit{name}"] = unit
    town.things |= {"people_member_add": unit, "people_user_add": unit}
    town.things |= {"unit_words": unit, "duty_chat": unit}
    town.things["unit_word"] = unit | {"language": "zh-hans", "way": "sms"}
    for name in ("make", "take_up", "let_in"):
        town.things[f"seals_{name}"] = unit
    sealing = Key.objects.create(
        unit=cast.housing, public="of housing", made_at=clock.now(), made_by=owner
    )
    town.things["seals_retire"] = {"pk": sealing.pk}
    for name in ("", "_change", "_password", "_second", "_bar"):
        town.things[f"people_user{name}"] = person
    held = Membership.objects.get(user=cast.handler)
    town.things["people_member_end"] = {"pk": held.pk}
    tie = Interest.objects.create(user=owner, kind="other", name="某某店", declared_at=clock.now())
    town.things["interest_end"] = {"pk": tie.pk}
    acting, _token = programs.make_token("OA", ["desk:read"], user_id=cast.handler.pk, by=SYSTEM)
    for name in ("", "_renew", "_end"):
        town.things[f"program{name}"] = {"pk": acting.pk}
    own, _token = programs.make_token("OA", ["desk:read"], user_id=owner.pk, by=SYSTEM)
    for name in ("token", "end"):
        town.things[f"program_my_{name}"] = {"pk": own.pk}
    view = SavedView.objects.create(owner=owner, name="我的", query="")
    town.things["desk_view_forget"] = {"pk": view.pk}
    # Of somebody who asks for nothing here: a key that no device has made breaks their pages.
    key = Authenticator.objects.create(user=cast.colleague, type="webauthn", data={"name": "钥匙"})
    town.things["mfa_remove_webauthn"] = {"pk": key.pk}
    town.things["privacy_edition"] = {"number": 1}
    town.things["where_step"] = {"name": "wages"}
    town.things["catalogue_line"] = {"code": "roads.lights"}
    town.things["track_act"] = {"act": "add"}
    for name in ("door", "offline"):
        town.things[f"register_{name}"] = {"name": "call"}
    town.things["kept_register"] = {"name": "call"}
    _things_of_systems(town)
    facts = BoxFacts(name="住建局大厅", area_id=cast.east_area.pk, unit_id=cast.housing.pk)
    box = boxes.put_up(facts, by=SYSTEM)
    for name in ("", "_scanned", "_change", "_take_down", "_open", "_poster", "_slips"):
        town.things[f"box{name}"] = {"code": box.code}
    ledger = Ledger.objects.create(unit=cast.housing, name="台账", identity="named")
    sheet = Sheet.objects.create(
        ledger=ledger, by=cast.no_role, sent_at=clock.now(), identity="named", content=b"sealed"
    )
    town.things["ledger_sheet"] = town.things["ledger_discard"] = {"name": sheet.uuid}
    begins = clock.now() + timedelta(days=2)
    facts_of_day = DayFacts(
        cast.housing.pk, "张三", "局长", "大厅", begins, begins + timedelta(hours=2), 20
    )
    day = receptions.publish(facts_of_day, unit_path=cast.housing.path, by=SYSTEM)
    turn = receptions.give(day, by=SYSTEM)
    for name in ("book", "day", "change", "cancel", "give"):
        town.things[f"reception_{name}"] = {"code": day.code}
    town.things["reception_slip"] = {"code": day.code, "nth": turn.number}
    town.things["reception_ended"] = {"code": day.code, "nth": turn.number, "outcome": "met"}
    rang = Told(What.RANG, "ring-1", clock.now() - timedelta(hours=1), number="13912345678")
    for name in ("call", "number", "tried", "settled"):
        town.things[f"hotline_{name}"] = {"name": take_note(rang).uuid}


def _things_of_systems(town: Town) -> None:
    """What other systems ask for: a public case, and one that a key has filed."""
    for name in ("discovery", "services", "requests", "updates"):
        town.things[f"open311_{name}"] = {"form": "json"}
    town.things["open311_service"] = {"code": "roads.lights", "form": "xml"}
    town.things["open311_request"] = {"number": town.public.number, "form": "json"}
    town.things["open311_nothing"] = {"rest": "v2/services.yaml"}
    _client, key = open311.make_key("随手拍", by=SYSTEM)
    sent = open311.NewRequest("roads.lights", "路灯坏了。", sent=[("description", "路灯坏了。")])
    filed = open311.file_request(key, sent).concern
    town.things["open311_token"] = {"number": filed.number, "form": "json"}
    town.things["api_concern_act"] = {"act": "add"}
    town.things["api_register"] = {"name": "call"}
    town.things["api_case"] = {"number": town.public.number}
    town.things["api_case_act"] = {"number": town.public.number, "act": "sort"}
    town.things["api_nothing"] = {"rest": "v2/concerns"}
