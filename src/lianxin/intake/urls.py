"""The doors a resident comes in by."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.views import photo, report, track

urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/photo/", report.report_photo, name="report_photo"),
    path("report/done/", report.receipt, name="receipt"),
    path("track/", track.track, name="track"),
    path("photo/<uuid:name>/", photo.photo, name="photo"),
]
