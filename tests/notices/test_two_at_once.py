"""Two who put in a chat for their unit at once: one is there, and the other is told."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from lianxin.kernel.problems import Problem
from lianxin.notices import pushing
from lianxin.notices.models import Carrier
from tests.cast import Cast
from tests.notices.robots import DINGTALK, WECOM, standing


@pytest.mark.django_db(transaction=True)
def test_a_unit_has_one_chat_whoever_was_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    together, seen = threading.Barrier(2, timeout=20), list[str]()
    drop = pushing.drop

    def drop_together(**named: Any) -> None:
        drop(**named)
        if connection.vendor == "postgresql":
            together.wait()

    def put_in(address: str) -> None:
        try:
            pushing.set_up(address, secret="", by=cast.viewer(cast.liaison), unit=cast.housing)
            seen.append("in")
        except Problem as problem:
            seen.append(*problem.messages)
        finally:
            connection.close()

    monkeypatch.setattr(pushing, "drop", drop_together)
    with standing(monkeypatch):
        threads = [threading.Thread(target=put_in, args=(one,)) for one in (WECOM, DINGTALK)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert Carrier.objects.count() == 1
    # SQLite lets one write after the other: the later replaces the former.
    late = "address" if connection.vendor == "postgresql" else "in"
    assert sorted(seen) == sorted(["in", late])
