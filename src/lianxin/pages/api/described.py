"""The description of the API (OpenAPI 3.1), made from the forms and the lists of acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.cases.states import State
from lianxin.intake.channels.door import Door
from lianxin.intake.channels.doors import DOORS
from lianxin.pages.acts import EVERY
from lianxin.pages.api import registering
from lianxin.pages.api.asked import CODE, KEY, NUMBER, WAIT
from lianxin.pages.api.bodies import JSON, MULTIPART, Schema, described, has_files
from lianxin.pages.api.filing import Report
from lianxin.pages.api.problems import TYPE, Refusal
from lianxin.pages.resident.doing import DEEDS
from lianxin.pages.views.desk.frame import MARKS, TABS
from lianxin.sorting.kinds import Kind, Urgency
from lianxin.ui.acts import Act

# --- what is asked of a list ---------------------------------------------------------------------
CHOSEN: dict[str, tuple[str, ...]] = {
    "tab": tuple(TABS), "light": tuple(MARKS), "state": tuple(State.values),
    "kind": tuple(Kind.values), "urgency": tuple(Urgency.values),
}  # fmt: skip
FREE = {"category": 100, "unit": 100, "words": 100, "after": 200, "before": 200}


def check_query(query: Mapping[str, str]) -> None:
    """Raise Refusal for what a list cannot be asked."""
    wrong = [
        name
        for name, value in query.items()
        if (name not in CHOSEN and name not in FREE)
        or value not in CHOSEN.get(name, (value,))
        or len(value) > FREE.get(name, 100)
    ]
    if wrong:
        raise Refusal(
            400, _("The list cannot be asked for that."),
            errors=[(name[:80], _("This name or value is not known.")) for name in wrong],
        )  # fmt: skip


def keep_field() -> forms.Field:
    """What keeps an unfinished form."""
    return forms.BooleanField(label=gettext_lazy("Keep it unfinished"), required=False)


# --- words of the description --------------------------------------------------------------------
TEXT: Schema = {"type": "string"}
YES: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}


def _thing(**properties: Any) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _texts(*names: str) -> dict[str, Schema]:
    return dict.fromkeys(names, TEXT)


def _ref(name: str, kind: str = "schemas") -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


REPLY = _thing(
    round=WHOLE, next_step_due=_maybe(DAY), decided_at=_maybe(MOMENT),
    **_texts("status", "verdict", "summary", "basis", "history", "policy_gap", "responsibility",
             "balance", "next_step", "remedy"),
    findings=_many(_thing(point=TEXT, text=TEXT)),
    question=_maybe(_thing(text=TEXT, answer=TEXT)),
)  # fmt: skip
PROMISE = {"text": TEXT, "due_on": DAY, **_texts("outcome", "evidence", "resident_check")}
MESSAGE = _thing(**{"words": TEXT, "at": MOMENT, "noted": YES,
                    "from": {"enum": ["resident", "office"]}})  # fmt: skip
LINE = _thing(at=MOMENT, title=TEXT, text=TEXT)
CLOCK = _thing(kind=TEXT, label=TEXT, due_at=MOMENT, paused=YES, light=TEXT)
NOT_NOW = _many(_thing(reason=TEXT, acts=_many(TEXT)))
SHARED = {"number": TEXT, "received_at": MOMENT, "sealed": YES,
          **_texts("words", "wish", "place"), "replies": _many(_ref("Reply")),
          "messages": _many(_ref("Message")), "story": _many(LINE), "not_now": NOT_NOW}  # fmt: skip
SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "Problem details, RFC 9457.",
        "properties": {
            "type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "ticket": TEXT,
            "errors": _many(_thing(field=TEXT, message=TEXT)),
        },
        "required": ["type", "title", "status", "detail"],
    },
    "Receipt": _thing(
        number=TEXT, code=_maybe(TEXT), proof=TEXT, received_at=MOMENT,
        steps=_many(_thing(text=TEXT, when=TEXT)), repeated=YES,
    ),
    "Reply": REPLY,
    "Message": MESSAGE,
    "Concern": _thing(
        **SHARED, state=_maybe(TEXT),
        **_texts("headline", "text", "office", "office_phone", "proof", "why_not"),
        next=_many(_thing(text=TEXT, when=TEXT, late=YES)), rated=YES,
        promises=_many(_thing(**PROMISE, id=TEXT, to_check=YES)),
        helpers=_many(_thing(number=TEXT, may_write=YES, until=MOMENT, standing=YES)),
        acts=_many(_thing(name=TEXT, label=TEXT)),
    ),
    "Case": _thing(
        **SHARED,
        **_texts("state", "state_label", "title", "area", "channel", "came", "identity", "kind",
                 "category", "urgency", "desk", "unit", "handler", "leader"),
        points=_many(TEXT), clocks=_many(CLOCK), promises=_many(_thing(**PROMISE)),
        additions=_many(_thing(words=TEXT, at=MOMENT, by_resident=YES)),
        acts=_many(_thing(name=TEXT, label=TEXT, next=YES)),
    ),
    "Cases": _thing(
        cases=_many(_thing(**_texts("number", "state", "title", "place"), people=WHOLE,
                           written=YES, clock=_maybe(CLOCK))),
        after=_maybe(TEXT), before=_maybe(TEXT),
    ),
    "Form": _thing(**_texts("name", "label", "text", "not_now"),
                   body=_maybe({"type": "object"})),
    "ConcernDone": _thing(done=TEXT, repeated=YES, concern=_ref("Concern")),
    "CaseDone": _thing(done=TEXT, repeated=YES, case=_maybe(_ref("Case"))),
}  # fmt: skip
SAID = {
    400: gettext_lazy("Not readable, or with fields that this does not have"),
    401: gettext_lazy("Without the token or the code that opens this"),
    403: gettext_lazy("Not for this token, or not now: `detail` says why"),
    404: gettext_lazy("Not there, or not yours"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Neither JSON nor multipart"),
    422: gettext_lazy("Something is missing or wrong: `errors` says at which field"),
    429: gettext_lazy("Wait, and send the ticket along"),
    503: gettext_lazy("Not now: try again later"),
}
READ, WRITTEN = (401, 403, 404), (400, 401, 403, 404, 413, 415, 422, 503)


def document() -> Schema:
    """The whole description, in the language of the reader."""
    paths: Schema = {
        "/concerns": {"post": _concerns()},
        "/concerns/form": {"get": _operation("concernForm", _("What a concern can say"), None, ())},
        "/concern": {
            "get": _operation(
                "concern", _("The concern that the code opens"), "Concern", (401, 429), by="code"
            )
        },
        "/cases": {"get": _cases()},
        "/cases/{number}": {
            "get": _operation("case", _("One case"), "Case", READ, by="token"),
            "parameters": [_ref("number", "parameters")],
        },
    }
    for here in DOORS:
        paths[f"/doors/{here.name}"] = _door(here)
    for name, deed in DEEDS.items():
        form = deed.form()
        body = _bodies(form.fields)
        label = str(deed.title)
        paths[f"/concern/acts/{name}"] = _acts("concern", name, label, body, by="code")
    for name, act in EVERY.items():
        path = _acts("case", name, str(act.label), _act_body(act), by="token")
        paths[f"/cases/{{number}}/acts/{name}"] = path | {
            "parameters": [_ref("number", "parameters")]
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": _("Lianxin"), "version": "1", "description": _(
            "What residents do about their concerns, and members of staff about their cases."
        )},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "parameters": {
                "number": _parameter("number", "path", TEXT, needed=True),
                "key": _parameter(KEY, "header", {"type": "string", "format": "uuid"}, needed=True),
                "receipt": _parameter(NUMBER, "header", TEXT),
                "ticket": _parameter(WAIT, "header", TEXT),
            },
            "responses": {str(status): _problem(text) for status, text in SAID.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "code": {"type": "apiKey", "in": "header", "name": CODE},
            },
        },
    }  # fmt: skip


def _concerns() -> Schema:
    faults = tuple(status for status in WRITTEN if status != 404)
    found = _operation("fileConcern", _("File a concern"), "Receipt", faults, key=True, done="201")
    found["requestBody"] = _bodies(Report().fields)
    found["security"] = [{}, {"token": []}]
    return found


def _door(here: Door) -> Schema:
    stem = "register" + "".join(map(str.capitalize, here.name.split("-")))
    title = _("Take down: %(door)s") % {"door": here.title}
    asks = _("%(act)s: what it asks") % {"act": title}
    post = _operation(stem, title, "Receipt", WRITTEN, by="token", key=True, done="201")
    form = _operation(f"{stem}Form", asks, "Form", READ, by="token")
    return {"get": form, "post": post | {"requestBody": _bodies(registering.described(here))}}


def _cases() -> Schema:
    found = _operation("cases", _("A list of cases"), "Cases", (400, 401, 403), by="token")
    chosen = {name: {"enum": list(values)} for name, values in CHOSEN.items()}
    free = {name: {"type": "string", "maxLength": most} for name, most in FREE.items()}
    found["parameters"] = [
        _parameter(name, "query", schema) for name, schema in (chosen | free).items()
    ]
    return found


def _acts(of: str, name: str, label: str, body: Schema, *, by: str) -> Schema:
    told, said = ("ConcernDone", (*WRITTEN, 429)) if of == "concern" else ("CaseDone", WRITTEN)
    stem = f"{of}{''.join(map(str.capitalize, name.replace('-', '_').split('_')))}"
    read = (401, 404, 429) if of == "concern" else READ
    form = _operation(
        f"{stem}Form", _("%(act)s: what it asks") % {"act": label}, "Form", read, by=by
    )
    act = _operation(stem, label, told, said, by=by, key=True)
    return {"get": form, "post": act | {"requestBody": body}}


def _act_body(act: Act) -> Schema:
    fields = dict(act.form.base_fields)
    if act.keeps:
        fields["keep"] = keep_field()
    return _bodies(fields, grown=act.form.grown, required=not act.keeps)


def _bodies(
    fields: Mapping[str, forms.Field], *, grown: Iterable[str] = (), required: bool = True
) -> Schema:
    one = described(fields, grown=grown, required=required, every_choice=False)
    content = {JSON: {"schema": one}}
    if has_files(fields):
        whole = described(fields, grown=grown, required=required, files=True, every_choice=False)
        content[MULTIPART] = {"schema": whole}
    return {"content": content, "required": bool(one.get("required"))}


def _operation(
    name: str, summary: str, told: str | None, faults: Iterable[int], *, by: str = "",
    key: bool = False, done: str = "200",
) -> Schema:  # fmt: skip
    schema = _ref(told) if told else {"type": "object"}
    found: Schema = {
        "operationId": name,
        "summary": summary,
        "responses": {
            done: {"description": summary, "content": {JSON: {"schema": schema}}},
            **{str(status): _ref(str(status), "responses") for status in faults},
        },
    }
    parameters = [_ref("key", "parameters")] if key else []
    if by == "code":
        parameters += [_ref("receipt", "parameters"), _ref("ticket", "parameters")]
    if parameters:
        found["parameters"] = parameters
    return found | ({"security": [{by: []}]} if by else {})


def _parameter(name: str, at: str, schema: Schema, *, needed: bool = False) -> Schema:
    return {"name": name, "in": at, "required": needed, "schema": schema}


def _problem(text: Any) -> Schema:
    return {"description": str(text), "content": {TYPE: {"schema": _ref("Problem")}}}
