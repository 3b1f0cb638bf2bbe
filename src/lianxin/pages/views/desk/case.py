"""One case: its page, the acts beside it, the sealed contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lianxin import access
from lianxin.access import Refused, Viewer
from lianxin.cases import identity, policy, queries
from lianxin.cases.actions import note_reading
from lianxin.cases.actions.finding import names_staff
from lianxin.cases.actions.moving import level_of, rules_of
from lianxin.cases.states import BEFORE_UNIT, DESK
from lianxin.deadlines import queries as clocks
from lianxin.intake import queries as intake
from lianxin.intake.channels import doors
from lianxin.kernel import clock, words
from lianxin.kernel.ids import parse_id
from lianxin.kernel.problems import Problem
from lianxin.pages import acts, story
from lianxin.pages.views.desk import frame
from lianxin.pages.wording import BASIS, CLOCKS, SEALED_FIELDS
from lianxin.people.http import StaffRequest
from lianxin.promises import queries as promises
from lianxin.replies import queries as replies
from lianxin.ui.acts import Act, ActForm, Said
from lianxin.ui.forms import apply_problem
from lianxin.ui.htmx import wants_part
from lianxin.vault import queries as vault

if TYPE_CHECKING:
    from lianxin.cases.models import Case

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = "pages/desk/case.html"
PARTS = "pages/desk/parts.html"
PANEL = "pages/desk/panel.html"
MOST_ECHOED = 3_000
MOST_READ = 20
"""Of so many others who raised the same matter the words are shown, the newest first."""
# Rights that lapse by themselves: past their date nobody is late.
RIGHTS = ("objection", "review_right", "recheck_right")


@access.staff()
@never_cache
@require_GET
def case(request: StaffRequest, number: str) -> HttpResponse:
    """The case with its story, and what one may do now."""
    found = queries.case_of(request.viewer, number)
    return page(request, found, {})


@access.staff()
@never_cache
@get_or_post
def case_act(request: StaffRequest, number: str, act: str) -> HttpResponse:
    """The form of one act, or the act itself."""
    found = queries.case_of(request.viewer, number)
    doing = acts.EVERY.get(act)
    if doing is None:
        raise Http404
    answer = doing.may(request.viewer, found)
    if not answer:
        echoed = _typed(request)
        panel = {"act": doing, "denied": str(answer), "typed": echoed}
        return page(request, found, panel, status=403)
    posted = request.method == "POST"
    form = doing.form(
        request.POST if posted else None,
        request.FILES if posted else None,
        thing=found,
        viewer=request.viewer,
    )
    if posted and _done(request, found, doing, form):
        return _afterwards(request, found)
    shown = dict(doing.show(found, request.viewer)) if doing.show else {}
    return page(request, found, {"act": doing, "form": form, **shown})


def _done(request: StaffRequest, found: Case, act: Act, form: ActForm) -> bool:
    """Whether the act went through; else its faults stand at the fields."""
    if not form.is_valid():
        return False
    keeps = act.keep is not None and "keep" in request.POST
    run = act.keep if keeps and act.keep else act.run
    try:
        said = run(found, form.cleaned_data, request.viewer)
    except Problem as problem:
        apply_problem(form, problem)
        return False
    except Refused as refused:
        form.add_error(None, str(refused.reason))
        return False
    done = said if isinstance(said, Said) else act.done
    messages.success(request, _("The draft is kept.") if keeps else str(done))
    return True


def _typed(request: StaffRequest) -> list[str]:
    """What somebody wrote into a form that came too late, so that it is not lost."""
    if request.method != "POST":
        return []
    values = [
        words.clean(value)[:MOST_ECHOED]
        for name in request.POST
        if name != "csrfmiddlewaretoken"
        for value in request.POST.getlist(name)
    ]
    return [value for value in values if len(value) > 8][:20]


def _afterwards(request: StaffRequest, found: Case) -> HttpResponse:
    """Show the case as it is now; the list when it is no longer in sight."""
    keep = frame.kept(request)
    try:
        now = queries.case_of(request.viewer, found.concern.number)
    except Http404:
        response: HttpResponse = HttpResponseRedirect(reverse("desk") + keep, status=303)
        if wants_part(request):
            response = HttpResponse(headers={"HX-Redirect": reverse("desk") + keep})
        return response
    url = frame.case_url(now, keep)
    if not wants_part(request):
        return HttpResponseRedirect(url, status=303)
    context = _case_context(request, now)
    context["rows"] = frame.rows_of(request.viewer, [now], keep=keep, here=now.pk)
    response = render(request, PARTS, context)
    response["HX-Retarget"] = "#content"
    response["HX-Reswap"] = "innerHTML show:top"
    response["HX-Push-Url"] = url
    response["HX-Trigger"] = "arrived"
    return response


def page(
    request: StaffRequest, found: Case, panel: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or the part of it that a script asked for."""
    note_reading(found, by=request.viewer)
    keep = frame.kept(request)
    if wants_part(request):
        if panel:
            context = {"case": found, "keep": keep, "here": frame.case_url(found, keep), **panel}
            return render(request, PANEL, context, status=status)
        return render(request, PARTS, _case_context(request, found))
    context = frame.list_context(request, found) | _case_context(request, found)
    return render(request, PAGE, context | {"panel": bool(panel)} | dict(panel), status=status)


def _case_context(request: StaffRequest, found: Case) -> dict[str, Any]:
    viewer = request.viewer
    keep = frame.kept(request)
    early = found.state in BEFORE_UNIT and viewer.covers(DESK, found.desk_unit.path)
    readable = intake.read_with_keys(found.concern, viewer)
    given = replies.replies_of(found)
    return {
        "readable": readable,
        "additions": intake.opened_additions(found.concern, viewer) if readable else [],
        "case": found,
        "concern": found.concern,
        "came": doors.told(found.concern),
        "title": frame.title_of(found),
        "keep": keep,
        "here": frame.case_url(found, keep),
        "light": frame.rows_of(viewer, [found])[0],
        "offer": acts.offer(viewer, found),
        "thread": queries.thread_of(
            found, viewer=viewer, before=parse_id(request.GET.get("messages", ""))
        ),
        "lines": story.lines(found, audience="staff", viewer=viewer),
        "points": queries.points_of(found),
        "replies": given,
        "replied": found.parent or any(reply.status == "approved" for reply in given),
        "promises": [(row, promises.is_late(row)) for row in promises.promises_of(found.subject)],
        "clocks": _clocks(found),
        "rules": rules_of(found),
        "joined": _joined(viewer, found),
        "same": queries.same_matter(viewer, found) if early else [],
        "kept_away": queries.conflicts_of(found),
        **_contact(request, found),
    }


def _joined(viewer: Viewer, found: Case) -> list[dict[str, Any]]:
    """Who else raised it: of the newest also what they say, and whether they joined it.

    What names a member of staff is for the desk, which takes it out if it is about them.
    """
    rows = queries.joined_cases(viewer, found)
    if not rows:
        return []
    read = [row.concern_id for row in rows[:MOST_READ]]
    newest = [row.pk for row in rows[:MOST_READ]]
    wished, added = intake.join_wishes(read), intake.added_texts(read)
    written = queries.written_by_joined(newest)
    said = {row.pk: [row.concern.words, *added.get(row.concern_id, ())] for row in rows[:MOST_READ]}
    if not viewer.covers(DESK, found.desk_unit.path):
        whole = {
            pk: "\n".join((*texts, *(message.words for message in written.get(pk, ()))))
            for pk, texts in said.items()
        }
        for pk, named in zip(whole, names_staff(list(whole.values())), strict=True):
            if named:
                del said[pk]
                written.pop(pk, None)
    return [
        {
            "case": row,
            "wished": row.concern_id in wished,
            "thread": queries.Thread(tuple(written.get(row.pk, ()))),
            "said": said.get(row.pk, []),
        }
        for row in rows
    ]


def _contact(request: StaffRequest, found: Case) -> dict[str, Any]:
    """What is sealed, and which ways lead to it and around it."""
    sealed = vault.fields(found.concern.uuid)
    return {
        "sealed": [SEALED_FIELDS.get(name, name) for name in sealed],
        "may_open": policy.may_see_contact(request.viewer, found),
        "needs_second": identity.needs_second(found),
        "relay": identity.ways_open(request.viewer, found, sealed),
        "may_give_code": policy.may_give_code(request.viewer, found),
    }


def _clocks(found: Case) -> list[dict[str, Any]]:
    """The running clocks with what is left and where the limit comes from."""
    rules = rules_of(found)
    shown = []
    for row in clocks.running(found.subject):
        if row.kind in RIGHTS and row.due_at < clock.now():
            continue
        basis = rules.basis(row.kind, level_of(found))
        shown.append(
            {
                "clock": row,
                "label": CLOCKS.get(row.kind, row.kind),
                "light": clocks.light(row, clock.now(), rules.lights),
                "basis": BASIS.get(basis.kind, basis.kind) if basis else "",
                "source": basis.source if basis else "",
            }
        )
    return shown
