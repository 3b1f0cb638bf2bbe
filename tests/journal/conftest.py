from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest reads this file before Django is set up
    from lianxin.journal.models import Entry

Write = Callable[[int], "list[Entry]"]


@pytest.fixture
def write() -> Write:
    """Write so many entries in one transaction."""
    from django.db import transaction

    from lianxin.journal.actions import record_many
    from tests.journal.sample import Noted

    def write(count: int) -> list[Entry]:
        with transaction.atomic():
            return record_many(
                [(Noted(text=f"第{n}条"), f"case:{n}", "user:5") for n in range(count)]
            )

    return write


@pytest.fixture
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers registered in a test are forgotten after it."""
    from lianxin.journal import outbox

    monkeypatch.setattr(outbox, "_handlers", {})
    monkeypatch.setattr(outbox, "_listening", {})
