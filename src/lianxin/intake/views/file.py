"""Files, for those who may see the concern they belong to."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from lianxin import access
from lianxin.files import FORMATS
from lianxin.intake import policy, queries, tickets
from lianxin.intake.actions import open_sealed
from lianxin.intake.storage import file_path
from lianxin.seals.sealing import Shut
from lianxin.ui.sending import send_file


@access.resident
@require_safe
def file(request: HttpRequest, name: UUID) -> HttpResponseBase:
    """One file: for whoever holds the code of its concern, and for staff who see the concern.

    Only pictures are shown in a tab of their own; the rest is played in our page or taken away.
    """
    look = tickets.look(request)
    viewers = [queries.resident_of(look.concern)] if look else []
    found, viewer = None, None
    for viewer in (*viewers, request.viewer):  # type: ignore[attr-defined]
        found = queries.attachment_for(viewer, name)
        if found is not None:
            break
    if found is None or viewer is None:
        raise Http404
    access.require(policy.may_open(viewer, found))
    form = FORMATS[found.suffix]
    try:
        content = (
            open_sealed(found, by=viewer)
            if found.sealed
            else file_path(found.uuid, found.suffix).open("rb")
        )
    except (FileNotFoundError, Shut):
        raise Http404 from None
    return send_file(
        request,
        content,
        media_type=form.media_type,
        name=f"{found.uuid}.{found.suffix}",
        inline=form.kind == "photo",
    )
