"""The addresses of the hotline."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.channels.call import views

urlpatterns = [
    path("hotline/events/", views.told, name="hotline_told"),
    path("desk/hotline/", views.hotline, name="hotline"),
    path("desk/hotline/figures/", views.figures, name="hotline_figures"),
    path("desk/hotline/<uuid:name>/", views.call_back, name="hotline_call"),
    path("desk/hotline/<uuid:name>/number/", views.number, name="hotline_number"),
    path("desk/hotline/<uuid:name>/tried/", views.tried, name="hotline_tried"),
    path("desk/hotline/<uuid:name>/settled/", views.settled, name="hotline_settled"),
]
