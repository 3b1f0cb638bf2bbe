"""The addresses of the API: read what is asked, call one query or action, tell what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from lianxin import access
from lianxin.access import Denied, Refused
from lianxin.cases import queries as cases
from lianxin.cases.actions import note_reading
from lianxin.intake import flood, proofs
from lianxin.intake.channels.api import actions
from lianxin.intake.channels.api.actions import Once
from lianxin.intake.channels.api.choices import Scope
from lianxin.intake.channels.doors import door
from lianxin.intake.policy import TAKE_DOWN
from lianxin.journal import alarm
from lianxin.kernel.problems import Problem
from lianxin.pages.acts import EVERY
from lianxin.pages.api import bodies, described, problems, told
from lianxin.pages.api.asked import Caller, client_of, concern_of, key_of, staff
from lianxin.pages.api.bodies import Body
from lianxin.pages.api.filing import Report
from lianxin.pages.api.problems import Refusal
from lianxin.pages.api.registering import keyed, register_once, registered
from lianxin.pages.resident.acts import may
from lianxin.pages.resident.doing import DEEDS
from lianxin.pages.resident.tracked import tracked
from lianxin.pages.views.desk import frame
from lianxin.ui.acts import Act, ActForm
from lianxin.ui.forms import apply_problem

KEEP = "keep"
STEP_UP = ("contact", "code", "original")
"""What is done on a page alone, right after a second step: it opens what is sealed."""
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)


@dataclass(frozen=True)
class Answer:
    """What is told, as a tree."""

    tree: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def endpoint(*methods: str) -> Callable[[Callable[..., Answer]], Callable[..., HttpResponse]]:
    """An address that answers in JSON, and tells what is wrong as problem details."""

    def decorate(view: Callable[..., Answer]) -> Callable[..., HttpResponse]:
        @access.public
        @csrf_exempt  # no cookie is read here: a token, a code, or nothing
        @never_cache
        @wraps(view)
        def answer(request: HttpRequest, **names: str) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Refusal(
                        405,
                        _("This address does not know this method."),
                        headers={"Allow": ", ".join(methods)},
                    )
                found = view(request, **names)
            except (Refusal, Refused, Http404, *UNREADABLE) as error:
                return problems.answer(_refusal(error))
            body = json.dumps(found.tree, ensure_ascii=False)
            return HttpResponse(
                body, status=found.status, content_type=bodies.JSON, headers=dict(found.headers)
            )

        return answer

    return decorate


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, Refused):
        return Refusal(403, error.reason, "not-now")
    if isinstance(error, Http404):
        return Refusal(404, _("There is nothing here, or nothing of yours."))
    if isinstance(error, RequestDataTooBig):
        return Refusal(413, _("The request is too large or cannot be read."))
    return Refusal(400, _("The request is too large or cannot be read."))


# --- for anybody ---------------------------------------------------------------------------------
@endpoint("GET", "HEAD")
def openapi(_request: HttpRequest) -> Answer:
    """The description of all this (OpenAPI 3.1)."""
    return Answer(described.document())


@endpoint("GET", "HEAD", "POST")
def nothing(_request: HttpRequest, rest: str) -> Answer:
    """Any other address here."""
    del rest
    raise Http404


# --- for residents -------------------------------------------------------------------------------
@endpoint("GET", "HEAD")
def form_of_concern(_request: HttpRequest) -> Answer:
    """What can be said in a concern, with the places and the ways of notice there are."""
    return Answer(bodies.described(Report().fields, files=True))


@endpoint("POST")
def concerns(request: HttpRequest) -> Answer:
    """File a concern."""
    client = client_of(request, Scope.FILE)
    key, body = key_of(request), bodies.read(request)
    who = client.subject if client else "anybody"
    once = _once(request, who, key, body, client.pk if client else None)
    known = _done_before(once)
    if known is not None:
        found = actions.filed_before(known.concern)
    else:
        form = Report(body.data, body.files)
        _check(form, body)
        many = (
            flood.many_from(client.subject, most=actions.A_MINUTE)
            if client
            else flood.rising(request)
        )
        found = _told_of(
            form, lambda: actions.file_once(once, lambda key: form.concern(key, quarantined=many))
        )
    concern, code, fresh = found
    tree = told.receipt(concern, code, str(proofs.proof_for(concern) or ""), fresh=fresh)
    return Answer(tree, 201)


@endpoint("GET", "HEAD")
def concern(request: HttpRequest) -> Answer:
    """The concern that the code opens."""
    return Answer(told.concern(tracked(concern_of(request))))


@endpoint("GET", "HEAD", "POST")
def concern_act(request: HttpRequest, act: str) -> Answer:
    """Something the person does about it; by GET, what it asks."""
    row, posted = concern_of(request), request.method == "POST"
    key, body = (key_of(request), bodies.read(request)) if posted else ("", Body.none())
    once = _once(request, f"concern:{row.uuid}", key, body)
    deed = DEEDS.get(act)
    fresh = not (posted and _done_before(once))
    if fresh:
        known = tracked(row)
        answer = may(known, act)
        if deed is None or answer is None:
            raise Http404
        if not posted:
            reason = str(answer) if isinstance(answer, Denied) else ""
            fields = {} if reason else deed.form().fields
            return Answer(_form(act, deed.title, deed.of(known).explain, reason, fields))
        access.require(answer)
        form = deed.form(body.data, body.files)
        _check(form, body)
        fresh = _told_of(form, lambda: actions.do_once(once, lambda: deed.do(known, form)))
        row.refresh_from_db()
    assert deed is not None
    now = tracked(row)
    done = str(deed.of(now).thanks)
    return Answer({"done": done, "repeated": not fresh, "concern": told.concern(now)})


# --- for the desk --------------------------------------------------------------------------------
@endpoint("GET", "HEAD")
def case_list(request: HttpRequest) -> Answer:
    """A list of cases, as the desk shows it to the person of the token."""
    viewer = staff(request, Scope.DESK_READ).viewer
    described.check_query(request.GET)
    cases.prepare(viewer)
    wanted = frame.read_filter(request.GET)
    page = cases.worklist(
        viewer, wanted, after=request.GET.get("after", "")[:200],
        before=request.GET.get("before", "")[:200], among=frame.among(wanted.light),
    )  # fmt: skip
    return Answer(told.case_list(viewer, page))


@endpoint("GET", "HEAD")
def case(request: HttpRequest, number: str) -> Answer:
    """One case; that it was read is kept, as of a page."""
    viewer = staff(request, Scope.DESK_READ).viewer
    found = cases.case_of(viewer, number)
    note_reading(found, by=viewer)
    return Answer(told.case(found, viewer))


@endpoint("GET", "HEAD", "POST")
def case_act(request: HttpRequest, number: str, act: str) -> Answer:
    """Something the person of the token does; by GET, what it asks."""
    posted = request.method == "POST"
    caller = staff(request, Scope.DESK_ACT if posted else Scope.DESK_READ)
    viewer = caller.viewer
    if posted:
        _check_journal()
    key, body = (key_of(request), bodies.read(request)) if posted else ("", Body.none())
    once = _once(request, caller.client.subject, key, body, caller.client.pk)
    doing, fresh = EVERY.get(act), not (posted and _done_before(once))
    if fresh:
        found = cases.case_of(viewer, number)
        if act in STEP_UP:
            raise Refusal(
                403, _("This opens what is sealed: it is done on the page, after a second step."),
                "step-up",
            )  # fmt: skip
        if doing is None:
            raise Http404
        answer = doing.may(viewer, found)
        if not posted:
            note_reading(found, by=viewer)
            fields = _act_fields(doing, doing.form(thing=found, viewer=viewer)) if answer else {}
            reason = "" if answer else str(answer)
            return Answer(_form(act, doing.label, doing.hint, reason, fields))
        access.require(answer)
        form = doing.form(body.data, body.files, thing=found, viewer=viewer)
        _check(form, body, _act_fields(doing, form))
        run = doing.keep if doing.keep and _keeps(doing, body) else doing.run
        fresh = _told_of(
            form, lambda: actions.do_once(once, lambda: run(found, form.cleaned_data, viewer))
        )
    assert doing is not None
    done = _("The draft is kept.") if _keeps(doing, body) else str(doing.done)
    now = _afterwards(caller, number)
    return Answer({"done": done, "repeated": not fresh, "case": now})


@endpoint("GET", "HEAD", "POST")
def register(request: HttpRequest, name: str) -> Answer:
    """What somebody said is taken down by the person of the token; by GET, what a door asks."""
    caller, here = staff(request, Scope.DESK_REGISTER), door(name)
    if here is None:
        raise Http404
    viewer = caller.viewer
    if not viewer.has(*TAKE_DOWN):
        raise Refusal(403, _("The person of this token takes down nothing."), "not-now")
    if request.method != "POST":
        fields = registered(here.form(viewer=viewer))
        return Answer(_form(name, here.title, "", "", fields))
    _check_journal()
    key, body = key_of(request), bodies.read(request)
    once = _once(request, caller.client.subject, key, body, caller.client.pk)
    known = _done_before(once)
    if known is not None:
        found = actions.filed_before(known.concern)
    else:
        form = here.form(keyed(body.data), body.files, viewer=viewer)
        _check(form, body, registered(form))
        found = _told_of(form, lambda: register_once(once, here, form, by=viewer))
    concern, code, fresh = found
    tree = told.receipt(concern, code, str(proofs.proof_for(concern) or ""), fresh=fresh)
    return Answer(tree, 201)


def _check_journal() -> None:
    if alarm.is_on():
        raise Refusal(
            503, _("The journal is not as it was written. Staff can only read until then."),
            "read-only",
        )  # fmt: skip


def _keeps(act: Act, body: Body) -> bool:
    return act.keep is not None and KEEP in body.data


def _afterwards(caller: Caller, number: str) -> Any:
    """The case as it is now, to who may read it by this token; that it was read is kept."""
    if Scope.DESK_READ not in caller.client.scopes.split():
        return None
    try:
        found = cases.case_of(caller.viewer, number)
    except Http404:
        return None
    note_reading(found, by=caller.viewer)
    return told.case(found, caller.viewer)


def _act_fields(act: Act, form: ActForm) -> dict[str, forms.Field]:
    more = {KEEP: described.keep_field()} if act.keeps else {}
    return dict(form.fields) | more


# --- what all of them do -------------------------------------------------------------------------
def _once(
    request: HttpRequest, caller: str, key: str, body: Body, client_id: int | None = None
) -> Once:
    return Once(caller, key, [request.path, body.sent], client_id)


def _done_before(once: Once) -> Any:
    try:
        return actions.done_before(once)
    except actions.KeyUsed:
        raise _key_used() from None


def _key_used() -> Refusal:
    return Refusal(422, _("This Idempotency-Key was used for another request."), "key-used")


def _check(form: Any, body: Body, fields: Mapping[str, forms.Field] | None = None) -> None:
    """Raise Refusal, by field, when the form is not as it should be."""
    faults = body.faults(form.fields if fields is None else fields)
    if form.is_valid() and not faults:
        return
    named = {name for name, _text in faults}
    others = [pair for pair in told.errors(form.errors) if pair[0] not in named]
    raise _fields(faults + others)


def _fields(errors: list[tuple[str, str]]) -> Refusal:
    return Refusal(422, _("Something is missing or not as it should be."), "fields", errors)


def _told_of(form: Any, act: Callable[[], Any]) -> Any:
    """Do it; what the action finds is told at the fields."""
    try:
        return act()
    except actions.KeyUsed:
        raise _key_used() from None
    except Problem as problem:
        if isinstance(form, forms.BaseForm):
            apply_problem(form, problem)
            raise _fields(told.errors(form.errors)) from None
        raise _fields(
            [(n, text) for n, texts in problem.messages.items() for text in texts]
        ) from None


def _form(
    act: str, label: Any, text: Any, reason: str, fields: Mapping[str, forms.Field]
) -> dict[str, Any]:
    return {
        "name": act,
        "label": str(label),
        "text": str(text),
        "not_now": reason,
        "body": None if reason else bodies.described(fields, files=True),
    }
