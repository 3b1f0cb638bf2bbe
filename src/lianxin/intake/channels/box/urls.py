"""The addresses of suggestion boxes."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.channels.box import views

urlpatterns = [
    path("b/<str:code>/", views.scanned, name="box_scanned"),
    path("desk/boxes/", views.boxes, name="boxes"),
    path("desk/boxes/new/", views.put_up, name="box_put_up"),
    path("desk/boxes/<str:code>/", views.box, name="box"),
    path("desk/boxes/<str:code>/change/", views.change, name="box_change"),
    path("desk/boxes/<str:code>/down/", views.take_down, name="box_take_down"),
    path("desk/boxes/<str:code>/open/", views.open_box, name="box_open"),
    path("desk/boxes/<str:code>/poster/", views.poster, name="box_poster"),
    path("desk/boxes/<str:code>/slips/", views.print_slips, name="box_slips"),
]
