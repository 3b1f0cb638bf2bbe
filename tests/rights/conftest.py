from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _data(db: None) -> None:
    """The tree, grounds and reasons of the product."""
    from tests.walk import load_sorting

    load_sorting()
