"""Pages of a list by their number, as `ui/pager.html` shows them."""

from __future__ import annotations

from django.http import HttpRequest


def position(request: HttpRequest, size: int) -> tuple[int, int]:
    """The page that is asked for, from 1, and how many rows stand before it."""
    at = request.GET.get("page", "1")
    page = max(int(at), 1) if at.isascii() and at.isdecimal() and len(at) < 6 else 1
    return page, (page - 1) * size


def pager(page: int, *, more: bool, keep: str = "") -> dict[str, str]:
    """The addresses before and after a page; ``keep`` goes along, like ``&over=1``."""
    return {
        "previous_url": f"?page={page - 1}{keep}" if page > 1 else "",
        "next_url": f"?page={page + 1}{keep}" if more else "",
    }
