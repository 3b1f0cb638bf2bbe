"""A URLconf with every kind of view: some say who may reach them, some forgot."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View
from django.views.i18n import JavaScriptCatalog

from lianxin import access


@access.public
def open_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@access.staff("handler", "unit_leader")
def desk_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("desk")


@access.staff()
def members_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("members")


@access.public
def refusing_page(request: HttpRequest) -> HttpResponse:
    raise access.Refused(access.Denied("因为已经办结"))


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("forgotten")


@access.resident
class MarkedClass(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("class")


class ForgottenClass(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("class")


inner = ([path("hidden/", forgotten, name="hidden"), path("fine/", open_page)], "inner")
good = [
    path("open/", open_page, name="open"),
    path("desk/", desk_page, name="desk"),
    path("members/", members_page, name="members"),
    path("refusing/", refusing_page, name="refusing"),
    path("class/", MarkedClass.as_view(), name="marked-class"),
    path("account/login/", open_page, name="account_login"),
]
urlpatterns = [
    *good,
    path("forgotten/", forgotten, name="forgotten"),
    path("forgotten-class/", ForgottenClass.as_view()),
    path("third-party/", JavaScriptCatalog.as_view(), name="third-party"),
    path("inner/", include(inner)),
]
