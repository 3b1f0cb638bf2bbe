"""Addresses of what is kept on a device."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.offline import pages, views

urlpatterns = [
    path("sw.js", pages.worker, name="service_worker"),
    path("app.webmanifest", pages.manifest, name="manifest"),
    path("report/offline/", pages.report, name="report_offline"),
    path("kept/", pages.kept, name="kept"),
    path("kept/token/", views.token, name="kept_token"),
    path("kept/part/", views.part, name="kept_part"),
    path("kept/send/", views.send, name="kept_send"),
    path("desk/register/<slug:name>/offline/", pages.register, name="register_offline"),
    path("desk/register/<slug:name>/kept/", views.register, name="kept_register"),
]
