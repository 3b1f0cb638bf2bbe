"""Find a case: by its number, by words, by place. Never more than one may see."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lianxin import access
from lianxin.cases import queries
from lianxin.kernel import words
from lianxin.kernel.ids import parse_number
from lianxin.pages.views.desk import frame
from lianxin.people.http import StaffRequest
from lianxin.ui import htmx

AROUND = 30


@access.staff()
@never_cache
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """The page of a search, or the list of what was found while typing."""
    typed = words.clean(request.GET.get("q", ""))[:100]
    found = queries.found(request.viewer, typed)
    if len(found) == 1 and parse_number(typed) and not htmx.wants_part(request):
        return htmx.redirect(request, frame.case_url(found[0]))
    wanted = typed.split()[:5]
    hits = [
        (row, pieces(row.title, wanted), pieces(around(row.case.concern.words, wanted), wanted))
        for row in frame.rows_of(request.viewer, found)
    ]
    context = {"search_query": typed, "hits": hits, "most": queries.MOST_FOUND}
    return htmx.render(
        request, "pages/desk/search.html", context, fragment="pages/desk/search_found.html"
    )


def around(text: str, wanted: list[str]) -> str:
    """The part of a text about the first word that occurs in it, on one line."""
    line = " ".join(text.split())
    folded = line.casefold()
    at = min((i for word in wanted if (i := folded.find(word.casefold())) >= 0), default=0)
    start, end = max(0, at - AROUND), at + 3 * AROUND
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def pieces(text: str, wanted: list[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is one of the words. Folding keeps lengths, or not."""
    folded = text.casefold()
    if len(folded) != len(text):
        return [(text, False)]
    found: list[tuple[str, bool]] = []
    at = 0
    while at < len(text):
        hits = [(i, len(word)) for word in wanted if (i := folded.find(word.casefold(), at)) >= 0]
        if not hits:
            break
        start, length = min(hits, key=lambda hit: (hit[0], -hit[1]))
        found += [(text[at:start], False), (text[start : start + length], True)]
        at = start + length
    return [*found, (text[at:], False)]
