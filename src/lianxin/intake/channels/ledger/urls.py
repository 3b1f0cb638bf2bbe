"""The addresses of ledgers."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.channels.ledger import views

urlpatterns = [
    path("desk/ledgers/", views.ledgers, name="ledgers"),
    path("desk/ledgers/waiting/", views.waiting, name="ledgers_waiting"),
    path("desk/ledgers/<uuid:name>/", views.sheet, name="ledger_sheet"),
    path("desk/ledgers/<uuid:name>/discard/", views.discard, name="ledger_discard"),
]
