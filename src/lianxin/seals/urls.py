"""The pages of a receiver's key."""

from __future__ import annotations

from django.urls import path

from lianxin.seals import views

urlpatterns = [
    path("desk/keys/", views.keys, name="seals"),
    path("desk/keys/unlock/", views.unlock, name="seals_unlock"),
    path("desk/keys/lock/", views.lock, name="seals_lock"),
    path("desk/keys/units/<int:pk>/make/", views.make, name="seals_make"),
    path("desk/keys/units/<int:pk>/take-up/", views.take_up, name="seals_take_up"),
    path("desk/keys/units/<int:pk>/let-in/", views.let_in, name="seals_let_in"),
    path("desk/keys/<int:pk>/retire/", views.retire, name="seals_retire"),
]
