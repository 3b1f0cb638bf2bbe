"""Telling residents that there is news: what needs them soon, the rest once a day.

Nothing goes out at night. What happened meanwhile is told in one notice, of its weightiest part.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from lianxin.kernel import clock
from lianxin.notices.models import Notice
from lianxin.vault import actions as vault
from lianxin.vault import matters
from lianxin.vault.choices import News
from lianxin.vault.doors import Away, NotOpened, Why
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.limits import NOTICES
from lianxin.vault.queries import noticed_today

DAY_BEGINS, DAY_ENDS = 8, 21
"""Hours in Shanghai between which notices go out."""
ONCE_A_DAY_AT = 9
"""The hour for what can wait."""
ATTEMPTS = 4
WAITS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
PAUSE = timedelta(hours=2)
"""Until the next look, when somebody has had as many notices as a day may bring."""
BATCH = 200
WEIGHT = {News.NEWS: 0, News.ANSWERED: 1, News.ASKED: 2}
HOPELESS = (Why.NOT_SEALED, Why.DAMAGED, Why.NOT_YOURS)


def tell_residents(subjects: list[str], news: News) -> int:
    """Leave a notice for each of these subjects, whose persons wish it; how many.

    Part of the caller's transaction. Nothing is said but that there is news. Whether they still
    wish it is asked when it goes.
    """
    now = clock.now()
    due = _next_day(now) if news == News.NEWS else now
    Notice.objects.bulk_create(
        [Notice(subject=subject, news=news, created=now, due_at=due) for subject in subjects]
    )
    return len(subjects)


def send_notices(now: datetime | None = None) -> int:
    """Send what is due, one notice a subject; how many went. Not in a transaction.

    A notice that fails is tried again after 10 minutes, an hour and four hours, then given up; the
    page of the concern says that it did not arrive.
    """
    now = now or clock.now()
    if not DAY_BEGINS <= now.astimezone(clock.SHANGHAI).hour < DAY_ENDS:
        return 0
    due = Notice.objects.filter(due_at__lte=now).order_by("due_at", "id")
    subjects = list(dict.fromkeys(due.values_list("subject", flat=True)[:BATCH]))
    return sum(_send(subject, now) for subject in subjects)


def _send(subject: str, now: datetime) -> bool:
    """Whether a notice went. What is claimed comes back by itself if this process dies."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update().filter(subject=subject).order_by("id")
        mine = list(rows)
        if not any(row.due_at <= now for row in mine):
            return False  # another worker has just taken them
        waits = noticed_today(subject) >= NOTICES
        tried = max(row.attempts for row in mine)
        later = now + (PAUSE if waits else WAITS[min(tried, len(WAITS) - 1)])
        claimed = Notice.objects.filter(pk__in=[row.pk for row in mine])
        claimed.update(attempts=tried if waits else tried + 1, due_at=later)
    if waits:
        return False
    addressee = matters.addressee(subject)
    news = max((News(row.news) for row in mine), key=WEIGHT.__getitem__)
    gone = failed = addressee is None
    if addressee is not None:
        try:
            failed = bool(vault.notify(subject, way=addressee.way, news=news))
        except NotOpened as refused:
            failed, gone = True, refused.why in HOPELESS
        except (KeysUnusable, Away):
            failed = True
    if gone or not failed or tried + 1 >= ATTEMPTS:
        claimed.delete()
    return not failed


def _next_day(now: datetime) -> datetime:
    """The next moment at which what can wait is told."""
    local = now.astimezone(clock.SHANGHAI)
    today = local.replace(hour=ONCE_A_DAY_AT, minute=0, second=0, microsecond=0)
    return today if local < today else today + timedelta(days=1)
