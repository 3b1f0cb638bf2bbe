"""Group robots of work chats that can be told there is something: WeCom, DingTalk, Feishu.

Through apprise, which keeps up with them. Only their own hosts are ever called: of a pasted address
the key alone is kept, and apprise knows the rest.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Service(models.TextChoices):
    """A work chat 工作群."""

    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


WEBHOOKS = {
    Service.WECOM: re.compile(
        r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([A-Za-z0-9_-]{16,64})"
    ),
    Service.DINGTALK: re.compile(
        r"https://oapi\.dingtalk\.com/robot/send\?access_token=([A-Za-z0-9]{32,128})"
    ),
    Service.FEISHU: re.compile(
        r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([A-Za-z0-9-]{16,64})/?"
    ),
}
"""How the addresses look that the chats hand out for a robot."""
SECRET = re.compile(r"[A-Za-z0-9]{16,128}")
SCHEMES = {Service.WECOM: "wecombot", Service.DINGTALK: "dingtalk", Service.FEISHU: "feishu"}
LIMITS = "cto=4&rto=8&verify=yes&redirect=no"


@dataclass(frozen=True)
class Robot:
    """Where to: the service, the key of its address, and the secret it signs with, if any."""

    service: Service
    key: str
    secret: str = ""


def robot(address: str, secret: str = "") -> Robot | None:
    """The robot of a pasted address; None when it is of no service we know."""
    for service, pattern in WEBHOOKS.items():
        if found := pattern.fullmatch(address.strip()):
            fine = not secret or (service == Service.DINGTALK and SECRET.fullmatch(secret))
            return Robot(service, found[1], secret) if fine else None
    return None


def push(to: Robot, text: str) -> bool:
    """Send a text; whether the service took it.

    WeCom and DingTalk also say no with HTTP 200, which apprise takes for a yes: that is why an
    address counts only once its owner has read a number there.
    """
    import apprise  # the worker's alone, and the form's that tries an address

    # It names keys in its own log.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    secret = f"{to.secret}@" if to.secret else ""
    sender = apprise.Apprise()
    if not sender.add(f"{SCHEMES[to.service]}://{secret}{to.key}/?{LIMITS}"):
        return False
    return bool(sender.notify(body=text))
