"""Pictures, for those who may see the concern they belong to."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lianxin import access
from lianxin.intake import queries, tickets
from lianxin.intake.actions.photos import photo_path


@access.resident
@cache_control(private=True, no_store=True)
@require_safe
def photo(request: HttpRequest, name: UUID) -> HttpResponseBase:
    """One picture: for whoever holds the code of its concern, and for staff who see the concern."""
    concern = tickets.read_case(request)
    viewers = [queries.resident_of(concern)] if concern else []
    found = None
    for viewer in (*viewers, request.viewer):  # type: ignore[attr-defined]
        found = found or queries.photo_for(viewer, name)
    if found is None:
        raise Http404
    try:
        file = photo_path(found.uuid).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file, content_type="image/jpeg", filename=f"{found.uuid}.jpg", as_attachment=False
    )
