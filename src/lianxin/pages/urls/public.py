"""The pages anybody may open, and those a query code opens."""

from __future__ import annotations

from django.urls import path

from lianxin.pages.views import public

urlpatterns = [
    path("", public.home, name="home"),
    path("about/", public.about, name="about"),
    path("track/case/", public.case, name="tracked"),
    path("track/case/<slug:act>/", public.case_act, name="track_act"),
]
