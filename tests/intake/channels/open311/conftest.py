"""A town that other systems may call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.intake.channels.open311.georeport import Caller


@pytest.fixture
def town(cast: Cast, settings: Settings, tmp_path: Path) -> Cast:
    """People, categories, a folder for files; nothing was sent within this minute."""

    from lianxin.deadlines.actions import load_presets
    from tests.walk import load_sorting

    load_presets()
    settings.MEDIA_ROOT = tmp_path / "files"
    load_sorting()
    return cast


@pytest.fixture
def caller(town: Cast) -> Caller:
    """Another system with a key."""
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.open311 import actions
    from tests.intake.channels.open311.georeport import Caller

    return Caller(actions.make_key("随手拍", by=SYSTEM)[1])


@pytest.fixture
def anybody(town: Cast) -> Caller:
    """Somebody without a key."""
    from tests.intake.channels.open311.georeport import Caller

    return Caller()
