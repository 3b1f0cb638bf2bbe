from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from tests.weixin import Api, Server, playing

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def api(settings: Settings, cast: Cast) -> Iterator[Api]:
    """The door is open in the safe mode; what we ask of WeChat is asked here."""
    from tests.walk import load_sorting

    load_sorting()
    with playing(settings) as found:
        yield found


@pytest.fixture
def weixin(api: Api) -> Server:
    """WeChat's server, with what people write."""
    return Server()
