"""Its addresses, and one that is there as soon as it answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def ready(_request: HttpRequest) -> HttpResponse:
    """An empty page."""
    return HttpResponse()


urlpatterns = [path("ready/", ready), path("", include("helpdesk.urls"))]
