"""The addresses of Open311, without a slash at the end, as the specification names them."""

from __future__ import annotations

from django.urls import path, register_converter

from lianxin.intake.channels.open311.wire import FORMATS
from lianxin.pages.open311 import views


class Format:
    """The ending of an address: the format of its answer."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Format, "form")

urlpatterns = [
    path("discovery.<form:form>", views.discovery, name="open311_discovery"),
    path("v2/services.<form:form>", views.services, name="open311_services"),
    path("v2/services/<str:code>.<form:form>", views.service, name="open311_service"),
    path("v2/requests.<form:form>", views.requests, name="open311_requests"),
    path("v2/requests/<str:number>.<form:form>", views.one_request, name="open311_request"),
    path("v2/tokens/<str:number>.<form:form>", views.token, name="open311_token"),
    path("v2/servicerequestupdates.<form:form>", views.updates, name="open311_updates"),
    path("<path:rest>", views.nothing, name="open311_nothing"),
]
