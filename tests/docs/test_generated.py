"""Pages made from the code are what the code says."""

from __future__ import annotations

from tools import docs


def test_generated_pages_are_fresh() -> None:
    assert docs.stale() == [], "run: python tools/docs.py"
