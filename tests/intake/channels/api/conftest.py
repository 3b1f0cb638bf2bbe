"""A town whose programs may call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.intake.channels.open311.conftest import town as town

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.intake.channels.api.program import Program


@pytest.fixture
def anybody(town: Cast) -> Program:
    """A program without a token."""
    from tests.intake.channels.api.program import Program

    return Program()


@pytest.fixture
def app(town: Cast) -> Program:
    """A program that may file."""
    from tests.intake.channels.api.program import allowed

    return allowed("file")
