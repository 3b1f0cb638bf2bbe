"""The addresses of reception days."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.channels.reception import views

urlpatterns = [
    path("reception/", views.calendar, name="reception"),
    path("reception/<str:code>/", views.book, name="reception_book"),
    path("turn/", views.turn, name="turn"),
    path("desk/reception/", views.days, name="reception_days"),
    path("desk/reception/new/", views.publish, name="reception_publish"),
    path("desk/reception/<str:code>/", views.day, name="reception_day"),
    path("desk/reception/<str:code>/change/", views.change, name="reception_change"),
    path("desk/reception/<str:code>/cancel/", views.cancel, name="reception_cancel"),
    path("desk/reception/<str:code>/turn/", views.give, name="reception_give"),
    path("desk/reception/<str:code>/<int:nth>/", views.slip, name="reception_slip"),
    path(
        "desk/reception/<str:code>/<int:nth>/<slug:outcome>/", views.ended,
        name="reception_ended",
    ),
]  # fmt: skip
