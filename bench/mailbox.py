"""A mailbox of 10,000 mails taken in: fetched from Dovecot, filed, cases opened, each answered."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import places
from bench.places import ENGINES, SHOWN
from bench.table import Row, say
from tests import imap
from tests.intake.channels.email.mails import TO, mail
from tests.post import listening

WANTED = 300.0
"""Seconds for 10,000."""
FULL = 10_000


def measure(*, quick: bool) -> list[Row]:
    """Seconds on both engines, with `lianxin mail fetch` as the worker does it."""
    if why := imap.absent():
        say(why)
        return []
    return [_one(engine, 60 if quick else FULL) for engine in ENGINES]


def _one(engine: str, count: int) -> Row:
    with (
        listening() as (_postman, port),
        places.place(engine) as place,
        tempfile.TemporaryDirectory(prefix="lx-") as folder,
        imap.serving(Path(folder)) as box,
    ):
        place.environment |= {
            "LIANXIN_MAIL_ADDRESS": TO,
            "LIANXIN_IMAP_URL": box.url,
            "LIANXIN_EMAIL_URL": f"smtp://127.0.0.1:{port}?tls=0",
        }
        place.migrate()
        box.put(*(_mail(n) for n in range(count)))
        started = time.perf_counter()
        place.inside(_fetch_all)
        seconds = time.perf_counter() - started
        filed = place.inside(_filed)
    assert filed == count, f"{filed} of {count} became concerns"
    row = Row(
        "mailbox",
        f"A mailbox of {count:,} mails, {SHOWN[engine]}",
        f"**{seconds:.0f} s** ({count / seconds:,.0f}/s)",
        f"≤ {WANTED:.0f} s for {FULL:,}",
        seconds / count <= WANTED / FULL,
    )
    say(f"{row.what}: {row.measured}")
    return row


def _mail(number: int) -> bytes:
    sender = f"p{number}@example.org"
    return mail(f"第{number}封：楼道的灯不亮了。", sender=sender).as_bytes()


def _fetch_all() -> None:
    from lianxin.intake.tasks import fetch_mails
    from lianxin.journal import outbox

    fetch_mails()
    while outbox.drain():
        pass


def _filed() -> int:
    from lianxin.intake.models import Concern

    return Concern.objects.count()
