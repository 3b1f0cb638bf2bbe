"""Filing never waits for the scanner; staff do; what is infected nobody opens."""

from __future__ import annotations

import pytest
from django.test import Client

from lianxin.config import checks
from lianxin.intake import actions
from lianxin.intake.actions.scanning import ScannerSilent
from lianxin.intake.models import Attachment, Concern
from tests.cast import Cast
from tests.intake.clamd import EICAR, clamd
from tests.intake.paper import SCREENS, copy, fill, picture
from tests.walk import begin

pytestmark = pytest.mark.django_db


def path_of(row: Attachment) -> str:
    return f"/file/{row.uuid}/"


def test_a_file_opens_for_staff_when_it_has_been_looked_at(cast: Cast, settings: object) -> None:
    with clamd() as server:
        settings.CLAMD = server.address  # type: ignore[attr-defined]
        assert fill(Client(), *SCREENS, files=(picture(),)).status_code == 303
        assert server.seen == [], "filing does not wait for the scanner"
        row = Concern.objects.get().attachments.get()
        staff = cast.client(cast.supervisor)
        walk = begin(cast, attachments=(actions.store_file(copy()).uuid,))
        row = walk.case.concern.attachments.get()
        closed = staff.get(path_of(row))
        assert closed.status_code == 403 and "病毒" in closed.content.decode()
        page = staff.get(f"/desk/cases/{walk.case.concern.number}/").content.decode()
        assert "病毒" in page and path_of(row) not in page
        holder = Client()
        holder.post("/track/", {"code": walk.code})
        assert holder.get(path_of(row)).status_code == 200, "it is their own"
        assert actions.scan_files() == 2 and len(server.seen) == 2
        assert staff.get(path_of(row)).status_code == 200
        assert actions.scan_files() == 0, "nothing is looked at twice"


def test_what_is_infected_stays_closed_for_everybody(cast: Cast, settings: object) -> None:
    # A copy is made anew, so only a virus in the copy itself can be found.
    walk = begin(cast, attachments=(actions.store_file(copy(EICAR)).uuid,))
    row = walk.case.concern.attachments.get()
    with clamd() as server:
        settings.CLAMD = server.address  # type: ignore[attr-defined]
        assert actions.scan_files() == 1
    row.refresh_from_db()
    assert row.scan == "infected"
    holder = Client()
    holder.post("/track/", {"code": walk.code})
    settings.CLAMD = ""  # type: ignore[attr-defined]
    for client in (cast.client(cast.supervisor), holder):
        assert client.get(path_of(row)).status_code == 403
    assert holder.get("/track/case/").status_code == 200


def test_a_silent_scanner_loses_nothing(cast: Cast, settings: object) -> None:
    with clamd() as server:
        settings.CLAMD = server.address  # type: ignore[attr-defined]
    assert fill(Client(), *SCREENS, files=(picture(),)).status_code == 303
    with pytest.raises(ScannerSilent):
        actions.scan_files()
    assert Attachment.objects.get().scan == ""
    assert [found.id for found in checks.scanner()] == ["config.E016"]
    with clamd() as server:
        settings.CLAMD = server.address  # type: ignore[attr-defined]
        assert checks.scanner() == []
        assert actions.scan_files() == 1


def test_without_a_scanner_files_open_and_the_check_says_so(cast: Cast) -> None:
    walk = begin(cast, attachments=(actions.store_file(copy()).uuid,))
    row = walk.case.concern.attachments.get()
    assert cast.client(cast.supervisor).get(path_of(row)).status_code == 200
    assert actions.scan_files() == 0
    assert [found.id for found in checks.scanner()] == ["config.W006"]
