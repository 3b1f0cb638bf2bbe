"""Addresses of our pages as they stand outside them: in e-mails, text messages, on paper."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of a path; anything else is left as it is.

    The site is `LIANXIN_SITE_URL`, else the first host that is no pattern.
    """
    if not path.startswith("/"):
        return path
    return f"{settings.SITE_URL or _first_host()}{path}"


def _first_host() -> str:
    host = next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost")
    return f"{'https' if settings.HTTPS else 'http'}://{host.lstrip('.')}"
