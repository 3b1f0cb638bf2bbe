"""A matter that is no case: whose details they are and what one may do, as a test needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from lianxin.access import Allowed, Denied, Grant, Viewer
from lianxin.vault import matters
from lianxin.vault.matters import Matter

YES, NO = Allowed(), Denied("no")
SUBJECT = "matter:12"
LI = Viewer(5, "李四", (Grant("handler", 3, "0001.0003."),))
WANG = Viewer(6, "王五", (Grant("supervisor", 1, "0001."),))


class Pretend:
    """`matter:12`; change what is true of it with `now`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.matter = Matter(
            owner=uuid4(), two=False, may_open=YES, may_write=YES, may_call=YES,
            may_decide=lambda user_id: YES if user_id == WANG.user_id else NO,
        )  # fmt: skip
        patch.setitem(matters._tellers, "matter", lambda pk, _user: self.of(pk))

    def of(self, pk: str) -> Matter | None:
        return self.matter if pk == "12" else None

    def now(self, **changes: Any) -> None:
        self.matter = replace(self.matter, **changes)
