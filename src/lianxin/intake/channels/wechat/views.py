"""Where WeChat's server calls: once to see that we know the token, then for each message."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.intake.channels.wechat import queries, reading, signing
from lianxin.intake.channels.wechat.talking import hear
from lianxin.kernel import clock


# No token of ours: another server asks, and signs each request.
@access.public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """403 without a signature of now, 400 for what is no message; neither is written down."""
    if not queries.is_open():
        raise Http404
    asked = {name: str(text)[: signing.LONGEST] for name, text in request.GET.items()}
    try:
        signing.check(asked)
        if request.method == "GET":
            return HttpResponse(asked.get("echostr", ""), content_type="text/plain; charset=utf-8")
        body = request.read(reading.MOST_BYTES + 1)
        if encrypted := bool(settings.WECHAT_AES_KEY):
            # Not even a signed message in the clear: the key was set so that none comes.
            body = signing.unwrapped(reading.envelope(body), asked)
        signing.once(asked, body)
        said = reading.read(body)
    except signing.NotWeChat:
        return HttpResponse(status=403)
    except reading.Unreadable:
        return HttpResponse(status=400)
    answer = hear(said)
    if not answer:
        return HttpResponse("success", content_type="text/plain; charset=utf-8")
    text = reading.written(said, answer, int(clock.now().timestamp()))
    if encrypted:
        text = reading.enveloped(*signing.wrapped(text))
    return HttpResponse(text, content_type="text/xml; charset=utf-8")
