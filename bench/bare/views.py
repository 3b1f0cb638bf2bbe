"""The one view, and the addresses."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.urls import path

from bench.bare.models import Message

PAGE = Engine().from_string(
    '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}">'
    "{{ form }}<button>Send</button></form>"
)


class MessageForm(forms.Form):
    """Three fields, validated as Django does it."""

    title = forms.CharField(max_length=120)
    text = forms.CharField(max_length=10_000, widget=forms.Textarea)
    place = forms.CharField(max_length=200, required=False)


def send(request: HttpRequest) -> HttpResponse:
    """The form, or one durable row and a redirect."""
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        Message(**form.cleaned_data).save()
        return HttpResponseRedirect("/")
    return HttpResponse(PAGE.render(Context({"form": form, "token": get_token(request)})))


def listed(_request: HttpRequest) -> JsonResponse:
    """The hundred newest, in as many fields as the product writes."""
    rows = Message.objects.order_by("-sent_at", "pk").values_list("pk", "title", "place", "sent_at")
    told = [
        {
            "service_request_id": str(pk), "status": "open", "status_notes": "",
            "service_name": title,
            "service_code": title, "description": None, "agency_responsible": None,
            "service_notice": None, "requested_datetime": at, "updated_datetime": at,
            "expected_datetime": None, "address": place, "address_id": None, "zipcode": None,
            "lat": None, "long": None, "media_url": None,
        }
        for pk, title, place, at in rows[:100]
    ]  # fmt: skip
    return JsonResponse(told, safe=False)


urlpatterns = [path("", send), path("list.json", listed)]
