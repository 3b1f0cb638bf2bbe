"""The addresses of Open311: read what is asked, call one query or action, write the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.cases import queries as cases
from lianxin.intake.channels.open311 import actions, queries
from lianxin.intake.channels.open311.wire import FORMATS, Fault, errors, written
from lianxin.kernel.ids import parse_number
from lianxin.kernel.problems import Problem
from lianxin.pages.open311 import told
from lianxin.pages.open311.adding import new_update
from lianxin.pages.open311.asked import asked
from lianxin.pages.open311.sent import Kept, kept_files, new_request
from lianxin.sorting.offers import offers

Answer = tuple[str, Any]
"""What the outermost element is called in XML, and what stands in it."""
View = Callable[..., Answer]
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
REQUESTS, UPDATES = "service_requests", "service_request_updates"


def endpoint(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """An address that answers in the format of its ending, its errors too."""

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @access.public
        @csrf_exempt  # no cookie is read here: a key, or nothing
        @wraps(view)
        def answer(request: HttpRequest, *, form: str, **names: str) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Fault(405, [_("This address does not know this method.")])
                _check_jurisdiction(request)
                response = _response(form, *view(request, **names))
            except (Fault, Problem, *UNREADABLE) as error:
                fault = _fault(error)
                response = _response(form, "errors", errors(fault), fault.status)
            if response.status_code == 405:
                response["Allow"] = ", ".join(methods)
            return response

        return answer

    return decorate


def _fault(error: Exception) -> Fault:
    if isinstance(error, Fault):
        return error
    if isinstance(error, Problem):
        return Fault(400, [text for texts in error.messages.values() for text in texts])
    status = 413 if isinstance(error, RequestDataTooBig) else 400
    return Fault(status, [_("The request is too large or cannot be read.")])


def _response(form: str, container: str, tree: Any, status: int = 200) -> HttpResponse:
    body = written(form, container, tree)
    return HttpResponse(body, content_type=FORMATS[form], status=status)


def _check_jurisdiction(request: HttpRequest) -> None:
    given = (request.POST if request.method == "POST" else request.GET).get("jurisdiction_id", "")
    if given.strip() and given.strip().lower() not in told.jurisdictions(request):
        raise Fault(404, [_("jurisdiction_id was not found.")])


@endpoint("GET", "HEAD")
def discovery(request: HttpRequest) -> Answer:
    """Where to find what."""
    return "discovery", told.discovery(request)


@endpoint("GET", "HEAD")
def services(_request: HttpRequest) -> Answer:
    """What can be filed."""
    return "services", told.services(offers())


@endpoint("GET", "HEAD")
def service(_request: HttpRequest, code: str) -> Answer:
    """What is asked with one category."""
    offer = offers().get(code)
    if offer is None:
        raise Fault(404, [_("service_code was not found.")])
    return "service_definition", told.definition(offer)


@endpoint("GET", "HEAD", "POST")
def requests(request: HttpRequest) -> Answer:
    """The list; by POST, file a concern."""
    return REQUESTS, _file(request) if request.method == "POST" else _list(request)


def _list(request: HttpRequest) -> Any:
    wanted, every = asked(request.GET), offers()
    codes = every if wanted.codes is None or wanted.numbers is not None else wanted.codes
    chosen = {offer.category_id: code for code, offer in every.items() if code in codes}
    found = cases.public_cases(
        chosen, since=wanted.since, until=wanted.until, numbers=wanted.numbers,
        open_=wanted.open_, limit=wanted.limit, skip=wanted.skip,
    )  # fmt: skip
    own = queries.filed_by(_caller(request), wanted.numbers or ())
    return told.requests(found, own, every)[: wanted.limit]


def _file(request: HttpRequest) -> Any:
    try:
        new = new_request(request, offers())
    except Fault:
        # Whoever may not file is told that first.
        _known_caller(request)
        raise
    kept = Kept()
    if request.FILES:
        if done := actions.filed_before(_known_caller(request).pk, new):
            return told.filed(done, kept)
        kept = kept_files(request)
    try:
        done = actions.file_request(_key(request), new, attachments=kept.names)
    except actions.NoKey:
        raise _no_key(request) from None
    return told.filed(done, kept)


@endpoint("GET", "HEAD")
def one_request(request: HttpRequest, number: str) -> Answer:
    """One request."""
    bare, every = parse_number(number), offers()
    numbers = [bare] if bare else []
    ids = {offer.category_id: code for code, offer in every.items()}
    found = cases.public_cases(ids, numbers=numbers, limit=1)
    tree = told.requests(found, queries.filed_by(_caller(request), numbers), every)
    if not tree:
        raise Fault(404, [_("service_request_id was not found.")])
    return REQUESTS, tree


@endpoint("GET", "HEAD")
def token(_request: HttpRequest, number: str) -> Answer:
    """The number that a token stands for."""
    bare = parse_number(number)
    if not bare or not queries.is_filed(bare):
        raise Fault(404, [_("token was not found.")])
    return REQUESTS, told.token(bare)


@endpoint("GET", "HEAD", "POST")
def updates(request: HttpRequest) -> Answer:
    """What is new about public cases; by POST, add to what the caller filed."""
    return UPDATES, _add(request) if request.method == "POST" else _news(request)


def _news(request: HttpRequest) -> Any:
    wanted = asked(request.GET)
    ids = [offer.category_id for offer in offers().values()]
    try:
        news = cases.public_news(
            ids, since=wanted.since, until=wanted.until, numbers=wanted.numbers,
            limit=wanted.limit, skip=wanted.skip,
        )  # fmt: skip
    except cases.TooMany:
        raise Fault(400, [_("Too much has happened since then: ask from a later date.")]) from None
    return told.updates(news)


def _add(request: HttpRequest) -> Any:
    client = _known_caller(request)
    new = new_update(request)
    found = queries.filed_by(client, [new.number])
    if not found:
        raise Fault(404, [_("service_request_id was not found among what this key has filed.")])
    done = actions.known_update(found[0], new.update_id)
    if done is None:
        kept = kept_files(request)
        done = actions.add_update(
            found[0], update_id=new.update_id, said=new.said, attachments=kept.names
        )
    return [{"update_id": str(done.uuid)}]


@access.public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def nothing(_request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address here, or a format that is not written: told in the format asked for."""
    form = "json" if rest.endswith(".json") else "xml"
    fault = Fault(404, [_("There is nothing here, or not in this format: use xml or json.")])
    return _response(form, "errors", errors(fault), 404)


def _caller(request: HttpRequest) -> Any:
    return queries.client_with(request.GET.get("api_key", "").strip())


def _known_caller(request: HttpRequest) -> Any:
    client = queries.client_with(_key(request))
    if client is None:
        raise _no_key(request)
    return client


def _key(request: HttpRequest) -> str:
    # Never from the address: that stands in the logs of every proxy on the way.
    return request.POST.get("api_key", "").strip()


def _no_key(request: HttpRequest) -> Fault:
    known = _("api_key is not known here.")
    return Fault(403, [known if _key(request) else _("api_key was not provided.")])
