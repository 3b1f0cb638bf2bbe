"""The part of ``bad_urls`` that is in order."""

from __future__ import annotations

from tests.access.bad_urls import good as urlpatterns

__all__ = ["urlpatterns"]
