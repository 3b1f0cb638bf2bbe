"""Self-checks of the doors that hang on somebody else's server."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

NEEDED = ("WECHAT_APP_ID", "WECHAT_TOKEN")
"""Without these there is no door."""


def wechat() -> list[CheckMessage]:
    """All that the account needs is set, and WeChat takes our app id and secret."""
    given = (*NEEDED, "WECHAT_SECRET", "WECHAT_AES_KEY")
    if not any(getattr(settings, name) for name in given):
        return []
    found: list[CheckMessage] = [
        Error(
            f"LIANXIN_{name} is not set: nobody can write to us by WeChat.",
            hint="All of it stands on mp.weixin.qq.com: docs/how/take-in-wechat.md.",
            id="config.E021",
        )
        for name in NEEDED
        if not getattr(settings, name)
    ]
    if not settings.WECHAT_AES_KEY:
        found.append(
            Warning(
                "LIANXIN_WECHAT_AES_KEY is not set: what people write comes in the clear, and the "
                "signature does not cover it.",
                hint="Choose the safe mode 安全模式 and put in its EncodingAESKey.",
                id="config.W014",
            )
        )
    if not settings.WECHAT_TEMPLATE[0]:
        found.append(
            Warning(
                "LIANXIN_WECHAT_TEMPLATE is not set: who has not written by WeChat for two days "
                "hears of no news there.",
                id="config.W015",
            )
        )
    return [*found, *_secret()]


def _secret() -> list[CheckMessage]:
    from lianxin.vault import wechat

    if settings.VAULT_SOCKET and not settings.WECHAT_SECRET:
        return []  # the web processes need none
    if not settings.WECHAT_SECRET:
        return [
            Error(
                "LIANXIN_WECHAT_SECRET is not set: photos people send by WeChat are not fetched, "
                "and nobody is told of news there.",
                id="config.E022",
            )
        ]
    failure = wechat.known()
    if not failure:
        return []
    return [
        Error(
            f"WeChat does not take LIANXIN_WECHAT_APP_ID and LIANXIN_WECHAT_SECRET ({failure}).",
            hint="40164: add this machine's address to the list of allowed ones; 40125: the secret "
            "is another.",
            id="config.E023",
        )
    ]
