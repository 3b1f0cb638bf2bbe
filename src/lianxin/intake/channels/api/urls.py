"""Addresses of the pages about programs that call; those they call are in `lianxin.pages`."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.channels.api import views

urlpatterns = [
    path("desk/programs/", views.programs, name="programs"),
    path("desk/programs/add/", views.add, name="program_add"),
    path("desk/programs/mine/", views.mine, name="programs_mine"),
    path("desk/programs/mine/<int:pk>/token/", views.my_token, name="program_my_token"),
    path("desk/programs/mine/<int:pk>/end/", views.my_end, name="program_my_end"),
    path("desk/programs/<int:pk>/", views.program, name="program"),
    path("desk/programs/<int:pk>/renew/", views.renew, name="program_renew"),
    path("desk/programs/<int:pk>/end/", views.end, name="program_end"),
]
