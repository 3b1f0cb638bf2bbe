"""The addresses of the staff's desk."""

from __future__ import annotations

from django.urls import path

from lianxin.pages.views.desk import (
    bodies,
    carrier,
    case,
    code,
    contact,
    finding,
    held,
    hints,
    identity,
    journal,
    letter,
    met,
    original,
    reading,
    wording,
    worklist,
)

urlpatterns = [
    path("desk/", worklist.desk, name="desk"),
    path("desk/filter/", worklist.filters, name="desk_filter"),
    path("desk/views/", worklist.keep_view, name="desk_view_keep"),
    path("desk/views/<int:pk>/forget/", worklist.forget_view, name="desk_view_forget"),
    path("desk/cases/<str:number>/", case.case, name="case"),
    path("desk/cases/<str:number>/do/<slug:act>/", case.case_act, name="case_act"),
    path("desk/cases/<str:number>/contact/", contact.open_contact, name="case_contact"),
    path("desk/cases/<str:number>/write/", contact.write, name="case_write"),
    path("desk/contacts/", identity.requests, name="identity_requests"),
    path("desk/contacts/<uuid:name>/", identity.answer, name="identity_request"),
    path("desk/cases/<str:number>/original/<uuid:name>/", original.original, name="case_original"),
    path("desk/cases/<str:number>/code/", code.case_code, name="case_code"),
    path("desk/cases/<str:number>/letter/", letter.letter, name="case_letter"),
    path("desk/cases/<str:number>/sent/", letter.sent, name="case_sent"),
    path("desk/hints/", hints.hints, name="hints"),
    path("desk/held/", held.held, name="held"),
    path("desk/search/", finding.search, name="search"),
    path("desk/digest/", reading.digest, name="digest"),
    path("desk/digest/bell/", reading.bell, name="bell"),
    path("desk/digest/carrier/", carrier.carrier, name="carrier"),
    path("desk/digest/carrier/<int:pk>/", carrier.duty_chat, name="duty_chat"),
    path("desk/people/units/<int:pk>/words/", wording.unit_words, name="unit_words"),
    path(
        "desk/people/units/<int:pk>/words/<slug:language>/<slug:way>/",
        wording.unit_word,
        name="unit_word",
    ),
    path("desk/journal/", journal.journal, name="journal"),
    path("desk/journal/lift/", journal.lift, name="journal_lift"),
    path("desk/bodies/", bodies.bodies, name="bodies"),
    path("desk/met/", met.met, name="met"),
    path("desk/limits/", reading.limits, name="limits"),
]
