"""What other systems are told: the trees that `wire` writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lianxin.cases.queries import PublicCase, PublicNews
from lianxin.cases.states import OPEN, State
from lianxin.intake.channels.open311.actions import Filed
from lianxin.intake.channels.open311.wire import FORMATS, moment
from lianxin.kernel.ids import format_code
from lianxin.pages.open311.sent import Kept
from lianxin.people import queries as people
from lianxin.sorting.offers import Offer, Question
from lianxin.ui.links import absolute

if TYPE_CHECKING:
    from lianxin.intake.channels.open311.models import Open311Request

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-26T00:00:00Z"
"""When what is offered at these addresses last changed."""
EXTENDED = {
    State.TRIAGE: "for_triage",
    State.DISPATCHED: "investigating",
    State.ACCEPTED: "investigating",
    State.RETURN_REVIEW: "investigating",
    State.DEFERRED: "planned",
    State.REFERRED_OUT: "not_councils_responsibility",
    State.NOT_ACCEPTED: "no_further_action",
    State.TERMINATED: "no_further_action",
    State.MERGED: "duplicate",
}
"""Our states in the words of mySociety, where they have one that is true; see `extended`."""


def extended(state: State) -> str:
    """A state in the extended words of mySociety. Never "fixed": that only the resident says."""
    return EXTENDED.get(state, "in_progress" if state in OPEN else "closed").upper()


def status(state: State) -> str:
    """The two states of the specification."""
    return "open" if state in OPEN else "closed"


def jurisdictions(request: HttpRequest) -> set[str]:
    """How the one place that is served may be called: by the host of its pages, as is usual."""
    here = (absolute("/"), request.build_absolute_uri("/"))
    return {urlsplit(address).hostname or "" for address in here}


def discovery(request: HttpRequest) -> dict[str, Any]:
    """Where to find what, and from whom to get a key."""
    phone = people.public_phone()
    contact = _("Telephone: %(phone)s") % {"phone": phone} if phone else absolute("/about/")
    return {
        "changeset": CHANGED,
        "contact": contact,
        "key_service": _("Ask for a key here: %(contact)s") % {"contact": contact},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": request.build_absolute_uri("/open311/v2"),
                "changeset": CHANGED,
                "type": "production",
                "formats": [kind.partition(";")[0] for kind in reversed(FORMATS.values())],
            }
        ],
    }


def services(offers: Mapping[str, Offer]) -> list[dict[str, Any]]:
    """What can be filed. Every number is given at once: `realtime`."""
    return [
        {
            "service_code": offer.code,
            "service_name": offer.name,
            "description": offer.text,
            "metadata": bool(offer.questions),
            "type": "realtime",
            "keywords": ",".join(offer.keywords),
            "group": offer.group,
        }
        for offer in offers.values()
    ]


def definition(offer: Offer) -> dict[str, Any]:
    """What is asked with a category."""
    numbered = enumerate(offer.questions, start=1)
    return {
        "service_code": offer.code,
        "attributes": [_attribute(question, order) for order, question in numbered],
    }


def _attribute(question: Question, order: int) -> dict[str, Any]:
    told = {
        "variable": question.variable,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.required,
        "datatype_description": question.hint,
        "order": str(order),
        "description": question.text,
    }
    if question.values:
        told["values"] = [{"key": key, "name": name} for key, name in question.values.items()]
    return told


def filed(done: Filed, kept: Kept) -> list[dict[str, Any]]:
    """The number of what was filed, and the code that whoever sent it has to pass on."""
    lines = []
    if done.code:
        lines = [
            _("Query code: %(code)s") % {"code": format_code(done.code)},
            _("With the code you see how it stands, and judge the result: %(link)s")
            % {"link": absolute("/track/")},
            _("Whoever has the code can see your matter. Keep it to yourself."),
        ]
    if kept.left_out:
        lines.append(
            _("These files could not be taken; please send them again in another form:")
            + " " + "; ".join(kept.left_out)
        )  # fmt: skip
    number = done.concern.number
    notice = "\n".join(lines)
    return [{"service_request_id": number, "service_notice": notice, "account_id": None}]


def token(number: str) -> list[dict[str, Any]]:
    """A token is the number itself: none has to be waited for."""
    return [{"service_request_id": number, "token": number}]


def requests(
    public: Sequence[PublicCase], own: Iterable[Open311Request], offers: Mapping[str, Offer]
) -> list[dict[str, Any]]:
    """What everybody may know, and what the caller has filed itself and nobody else may see.

    Of those it is told only what it knew when it filed them, whatever has become of them.
    """
    labels = {state: str(state.label) for state in {case.state for case in public}}
    told = [
        _request(
            case.number, case.category, status(case.state), labels[case.state],
            moment(case.requested_at), moment(case.moved_at), case.area,
        )
        for case in public
    ]  # fmt: skip
    known = {row["service_request_id"] for row in told}
    for row in own:
        concern = row.concern
        if concern.number not in known:
            notes = _("Only whoever has the query code can see how it stands.")
            filed_at = moment(concern.filed_at)
            told.append(
                _request(concern.number, row.service_code, "open", notes, filed_at, filed_at)
            )
    for one in told:
        offer = offers.get(one["service_code"])
        one["service_name"] = offer.name if offer else one["service_code"]
    return told


def _request(
    number: str, code: str, status: str, notes: str, requested: str, updated: str,
    address: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "service_request_id": number,
        "status": status,
        "status_notes": notes,
        "service_name": "",
        "service_code": code,
        # Words, pictures and exact places are never public; nor is it told which office has it.
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": requested,
        "updated_datetime": updated,
        "expected_datetime": None,
        "address": address or None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def updates(news: Iterable[PublicNews]) -> list[dict[str, Any]]:
    """The steps of public cases."""
    return [
        {
            "update_id": f"{one.number}-{one.step}",
            "service_request_id": one.number,
            "status": extended(one.state),
            "updated_datetime": moment(one.at),
            "description": str(one.state.label),
            "media_url": None,
        }
        for one in news
    ]
