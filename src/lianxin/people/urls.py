"""Pages for signing in, and the desk's pages of people and units."""

from __future__ import annotations

from django.urls import URLPattern, path

from lianxin.people import signing_in
from lianxin.people.views import audit, desk, own

urlpatterns: list[URLPattern] = [
    *signing_in.PAGES,
    path("desk/interests/", own.interests, name="interests"),
    path("desk/interests/<int:pk>/end/", own.interest_end, name="interest_end"),
    path("desk/people/", desk.units, name="people_units"),
    path("desk/people/units/<int:pk>/", desk.unit, name="people_unit"),
    path("desk/people/units/<int:pk>/add/", desk.unit_add, name="people_unit_add"),
    path("desk/people/units/<int:pk>/change/", desk.unit_change, name="people_unit_change"),
    path("desk/people/units/<int:pk>/close/", desk.unit_close, name="people_unit_close"),
    path("desk/people/units/<int:pk>/member/", desk.member_add, name="people_member_add"),
    path("desk/people/units/<int:pk>/person/", desk.user_add, name="people_user_add"),
    path("desk/people/memberships/<int:pk>/end/", desk.membership_end, name="people_member_end"),
    path("desk/people/<int:pk>/", desk.user, name="people_user"),
    path("desk/people/<int:pk>/change/", desk.user_change, name="people_user_change"),
    path("desk/people/<int:pk>/password/", desk.user_password, name="people_user_password"),
    path("desk/people/<int:pk>/second/", desk.user_second, name="people_user_second"),
    path("desk/people/<int:pk>/bar/", desk.user_bar, name="people_user_bar"),
    path("desk/administrators/", audit.administrators, name="administrators"),
]
