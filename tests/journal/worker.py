"""A process of its own for the tests: prepare COUNT | drain | die | report."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from lianxin.journal import outbox, queries, verify  # noqa: E402
from lianxin.journal.actions import record, record_many  # noqa: E402
from lianxin.journal.models import Entry  # noqa: E402
from tests.journal.sample import Done, Noted  # noqa: E402

TASK = sys.argv[1]
outbox.LEASE = timedelta(seconds=2)


@outbox.handles(Noted, name="tests.work")
def work(entries: list[Entry]) -> None:
    """Note each entry; one in fifty fails while it shares a batch with others."""
    for entry in entries:
        record(Done(entry=entry.seq), subject=entry.subject, by="system")
    if TASK == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if len(entries) > 1 and any(entry.seq % 50 == 0 for entry in entries):
        raise RuntimeError


def prepare(count: int) -> None:
    call_command("migrate", "journal", verbosity=0, skip_checks=True)
    with transaction.atomic():
        record_many([(Noted(text="x"), f"case:{n}", "system") for n in range(count)])


def drain() -> None:
    until = time.monotonic() + 60
    while queries.backlog()[0] and time.monotonic() < until:
        if not outbox.drain(limit=10):
            time.sleep(0.02)


def report() -> None:
    done = Entry.objects.filter(event=Done.name).values_list("data", flat=True)
    told = {
        "done": sorted(json.loads(data)["entry"] for data in done),
        "waiting": queries.backlog()[0],
        "faults": [str(fault) for fault in verify.verify().faults],
    }
    print(json.dumps(told))  # noqa: T201


match TASK:
    case "prepare":
        prepare(int(sys.argv[2]))
    case "report":
        report()
    case _:
        drain()
