"""The list beside every page of the desk: filter, page, lights, counts, kept views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.access import Viewer
from lianxin.appraisal import queries as appraisal
from lianxin.cases import queries
from lianxin.cases.actions.moving import WORKED_BY
from lianxin.cases.queries import Filter
from lianxin.cases.states import UNREACHABLE, State
from lianxin.deadlines import queries as clocks
from lianxin.intake import queries as intake
from lianxin.kernel import clock, words
from lianxin.people import queries as people
from lianxin.people.http import StaffRequest
from lianxin.people.roles import Role
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import Kind, Urgency

if TYPE_CHECKING:
    from lianxin.cases.models import Case

TABS: dict[str, str | Promise] = {
    "todo": pgettext_lazy("tab", "To do"),
    "mine": pgettext_lazy("tab", "Mine"),
    "unit": pgettext_lazy("tab", "My unit"),
    "all": pgettext_lazy("tab", "All open"),
    "ended": pgettext_lazy("tab", "Ended"),
}
MARKS: dict[str, str | Promise] = {
    "overdue": _("Overdue"),
    "decision": _("Waiting for my decision"),
    "supervised": _("Supervised"),
    "unsatisfied": _("Not satisfied, undecided"),
    "message": _("New message from the person"),
    "receipt": _("Receipt of an outside body overdue"),
}
EMPTY: dict[str, tuple[str | Promise, str | Promise]] = {
    "todo": (
        _("Nothing waits for you"),
        _("Cases in which the next step is yours appear here, the nearest date first."),
    ),
    "mine": (_("No case is in your hands"), _("Cases that name you as handler appear here.")),
    "unit": (_("Your unit has no open case"), _("Cases your unit leads appear here.")),
    "all": (_("No open case in sight"), _("Every open case you may see appears here.")),
    "ended": (_("Nothing has ended yet"), _("Closed cases appear here, the newest first.")),
}
TITLE = 24
LEADERS = (Role.UNIT_LEADER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    case: Case
    url: str
    title: str
    light: str
    clock: Any
    people: int
    here: bool
    ended: bool
    written: bool
    """The person wrote and waits for an answer."""

    @property
    def number(self) -> str:
        return self.case.concern.number

    @property
    def state(self) -> str:
        """The name of the state; Django's own way to it costs a tenth of the page."""
        return str(State(self.case.state).label)

    @property
    def place(self) -> str:
        concern = self.case.concern
        return concern.place or (concern.area.name if concern.area else "")


@dataclass(frozen=True)
class Tab:
    """A tab with its capped count."""

    label: str
    url: str
    count: str
    current: bool


def read_filter(data: QueryDict) -> Filter:
    """The filter of an address. What it cannot mean narrows to nothing, never to an error."""

    def one(name: str) -> str:
        return words.clean(data.get(name, ""))[:100]

    known = {name: one(name) for name in ("state", "urgency", "kind", "category", "unit", "light")}
    return Filter(tab=one("tab") or "todo", words=one("words"), **known)


def kept(request: StaffRequest) -> str:
    """The place in the list as a query string: filter and position."""
    place = read_filter(request.GET).as_query()
    if place == {"tab": "todo"}:
        place = {}
    for name in ("after", "before"):
        if value := request.GET.get(name, "")[:200]:
            place[name] = words.clean(value)
    return f"?{urlencode(place)}" if place else ""


def case_url(case: Case, keep: str = "") -> str:
    """The address of a case, with the place in the list."""
    return reverse("case", args=[case.concern.number]) + keep


def title_of(case: Case) -> str:
    """A short title: the person's own, else the first sentence, if they are not sealed."""
    own = case.concern.title or words.first_line(case.concern.words, TITLE)
    return own or str(_("Sealed report"))


def rows_of(
    viewer: Viewer, cases: Sequence[Case], *, keep: str = "", here: int | None = None
) -> list[Row]:
    """The lines of a list: three queries for any number of cases."""
    running = clocks.running_for([case.subject for case in cases])
    joined = queries.joined_counts(viewer, [case.pk for case in cases])
    written = queries.written_to(viewer, [case.pk for case in cases])
    now = clock.now()
    rows = []
    for case in cases:
        owed = [row for row in running[case.subject] if row.kind in WORKED_BY]
        owed.sort(key=lambda row: (row.paused_at is not None, row.due_at))
        first = owed[0] if owed else None
        rows.append(
            Row(
                case=case,
                url=case_url(case, keep),
                title=title_of(case),
                light=clocks.light(first, now) if first else "",
                clock=first,
                people=1 + joined.get(case.pk, 0),
                here=case.pk == here,
                ended=not queries.is_open(case),
                written=case.pk in written,
            )
        )
    return rows


def among(mark: str) -> Any:
    """The ids a filter needs that only the judgement knows; None for any other filter."""
    return appraisal.unsatisfied_cases() if mark == "unsatisfied" else None


def list_context(request: StaffRequest, current: Case | None = None) -> dict[str, Any]:
    """Everything the list pane shows. A constant number of queries."""
    viewer = request.viewer
    queries.prepare(viewer)
    wanted = read_filter(request.GET)
    page = queries.worklist(
        viewer,
        wanted,
        after=request.GET.get("after", "")[:200],
        before=request.GET.get("before", "")[:200],
        among=among(wanted.light),
    )
    keep = kept(request)
    shown = list(page.cases)
    if viewer.unlocked:
        for case in shown:
            intake.read_with_keys(case.concern, viewer)
    pinned = current is not None and all(case.pk != current.pk for case in shown)
    rows = rows_of(
        viewer,
        [current, *shown] if pinned and current is not None else shown,
        keep=keep,
        here=current.pk if current else None,
    )
    empty = EMPTY.get(wanted.tab, EMPTY["all"])
    return {
        "rows": rows[1:] if pinned else rows,
        "pinned": rows[0] if pinned else None,
        "wanted": wanted,
        "keep": keep,
        "tab_label": TABS.get(wanted.tab, ""),
        "tabs": _tabs(viewer, wanted),
        "views": _views(viewer),
        "narrowing": narrowing(viewer, wanted) if wanted.narrows or "filter" in request.GET else (),
        "next_url": _page_url(wanted, after=page.after),
        "previous_url": _page_url(wanted, before=page.before),
        "empty_title": gettext("No case fits this filter") if wanted.narrows else empty[0],
        "empty_what": gettext("Loosen the filter to see more.") if wanted.narrows else empty[1],
    }


def sentences(viewer: Viewer) -> list[tuple[str, str]]:
    """A leader's first lines: what is overdue, what waits for them, who is not satisfied."""
    if not viewer.has(*LEADERS):
        return []
    found = []
    for tab, mark, say in (
        ("all", "overdue", _overdue),
        ("todo", "decision", _decisions),
        ("all", "unsatisfied", _unsatisfied),
    ):
        wanted = Filter(tab=tab, light=mark)
        n = queries.count(viewer, wanted, among(mark))
        found.append((say(n), reverse("desk") + f"?{urlencode(wanted.as_query())}" if n else ""))
    return found


def _overdue(n: int) -> str:
    if not n:
        return gettext("Nothing is overdue.")
    return ngettext("%(n)s case is overdue.", "%(n)s cases are overdue.", n) % {"n": capped(n)}


def _decisions(n: int) -> str:
    if not n:
        return gettext("Nothing waits for your decision.")
    return ngettext(
        "%(n)s case waits for your decision.", "%(n)s cases wait for your decision.", n
    ) % {"n": capped(n)}


def _unsatisfied(n: int) -> str:
    if not n:
        return gettext("Nobody who is not satisfied waits for an answer.")
    return ngettext(
        "%(n)s person is not satisfied with the reply and waits.",
        "%(n)s people are not satisfied with the reply and wait.",
        n,
    ) % {"n": capped(n)}


def capped(n: int) -> str:
    """A count as it is shown: ``1000+`` beyond what was counted."""
    return f"{queries.MOST_COUNTED}+" if n > queries.MOST_COUNTED else str(n)


def _tabs(viewer: Viewer, wanted: Filter) -> list[Tab]:
    return [
        Tab(
            str(label),
            reverse("desk") + ("" if name == "todo" else f"?tab={name}"),
            capped(queries.count(viewer, Filter(tab=name))) if name != "ended" else "",
            name == wanted.tab,
        )
        for name, label in TABS.items()
    ]


def _page_url(wanted: Filter, **cursor: str | None) -> str:
    if not any(cursor.values()):
        return ""
    return reverse("desk") + f"?{urlencode({**wanted.as_query(), **cursor})}"


def filter_context(request: StaffRequest) -> dict[str, Any]:
    """What the filter form shows, for when it is opened."""
    wanted = read_filter(request.GET)
    return {
        "wanted": wanted,
        "keep": kept(request),
        "narrowing": narrowing(request.viewer, wanted),
        "views": _views(request.viewer),
    }


def _views(viewer: Viewer) -> list[tuple[Any, str]]:
    return [(view, reverse("desk") + f"?{view.query}") for view in queries.saved_views(viewer)]


def narrowing(viewer: Viewer, wanted: Filter) -> list[tuple[str, str, list[Any], str]]:
    """The selects of the filter: name, label, choices, what is chosen. Two queries."""
    offered: list[tuple[str, str, list[Any]]] = [
        ("light", gettext("Only"), list(MARKS.items())),
        ("state", gettext("State"), [s for s in State.choices if s[0] not in UNREACHABLE]),
        ("urgency", gettext("Urgency"), list(Urgency.choices)),
        ("kind", gettext("Kind"), list(Kind.choices)),
        (
            "category",
            gettext("Category"),
            [
                (row.code, row.label if "." not in row.code else f"　{row.label}")
                for row in sorting.categories()
            ],
        ),
        (
            "unit",
            gettext("Unit"),
            [
                (str(row.pk), f"{row.indent}{row.label}")
                for row in people.unit_tree(viewer)
                if row.active
            ],
        ),
    ]
    return [(name, label, rows, getattr(wanted, name)) for name, label, rows in offered]
