"""A case at its beginning, with the product's category tree, grounds and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.walk import Walk


@pytest.fixture
def walk(cast: Cast) -> Walk:
    # Models can be imported only once the settings of the run stand.
    from tests.walk import begin, load_sorting

    load_sorting()
    return begin(cast)
