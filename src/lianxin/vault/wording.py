"""What the vault's refusals are called on a screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.vault.choices import Way
from lianxin.vault.doors import Away, NotOpened, Why
from lianxin.vault.keys import KeysUnusable

REFUSALS: dict[Why, str | Promise] = {
    Why.NO_RECORD: _("Nothing was opened: there is no record of it. Try again."),
    Why.STALE: _("Nothing was opened: it took too long. Try again."),
    Why.USED: _("Nothing was opened: this was shown already. Open it anew."),
    Why.NOT_YOURS: _("Nothing was opened: this is not for you to see."),
    Why.NOT_GRANTED: _("Nothing was opened: nobody has granted it, or it has lapsed."),
    Why.TOO_MANY: _("Nothing was opened: you have opened very many today."),
    Why.NOT_SEALED: _("Nothing is left: it was deleted."),
    Why.DAMAGED: _("It cannot be opened: the entry was changed. Tell the system administrator."),
}
SENT: dict[str, str | Promise] = {
    Way.EMAIL: _("Sent. The person can read it in their story as well."),
    Way.SMS: _("Sent. The person can read it in their story as well."),
    Way.CALL: _("Your telephone will ring; pick up, and you are connected."),
}


def said(error: NotOpened | Away | KeysUnusable) -> str:
    """Why the vault did not open something, in words for the screen."""
    if isinstance(error, NotOpened):
        return str(REFUSALS[error.why])
    return gettext("The vault does not answer. Nothing was opened; tell the system administrator.")


def not_sent(failure: str) -> str:
    """What is said when the relay did not get a letter or a call out."""
    return gettext("It did not go out (%(why)s). Try again later.") % {"why": failure}
