"""The pages anybody may open, and those a query code opens."""

from __future__ import annotations

from django.urls import path

from lianxin.pages.views import own, public, reports

urlpatterns = [
    path("", public.home, name="home"),
    path("about/", public.about, name="about"),
    path("privacy/", own.privacy, name="privacy"),
    path("privacy/<int:number>/", own.privacy, name="privacy_edition"),
    path("relay/report/", reports.report, name="relay_report"),
    path("track/case/", public.case, name="tracked"),
    path("track/case/data/", own.data, name="track_data"),
    path("track/case/data/copy/", own.data_copy, name="track_data_copy"),
    path("track/case/<slug:act>/", public.case_act, name="track_act"),
]
