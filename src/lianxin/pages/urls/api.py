"""The addresses of the API."""

from __future__ import annotations

from django.urls import path

from lianxin.pages.api import views

urlpatterns = [
    path("v1/openapi.json", views.openapi, name="api_openapi"),
    path("v1/concerns", views.concerns, name="api_concerns"),
    path("v1/concerns/form", views.form_of_concern, name="api_concern_form"),
    path("v1/doors/<slug:name>", views.register, name="api_register"),
    path("v1/concern", views.concern, name="api_concern"),
    path("v1/concern/acts/<slug:act>", views.concern_act, name="api_concern_act"),
    path("v1/cases", views.case_list, name="api_cases"),
    path("v1/cases/<str:number>", views.case, name="api_case"),
    path("v1/cases/<str:number>/acts/<slug:act>", views.case_act, name="api_case_act"),
    path("<path:rest>", views.nothing, name="api_nothing"),
]
