"""So many open tickets, and a token for their API; the token and the queue are printed."""

from __future__ import annotations

import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from helpdesk.models import Queue, Ticket  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

queue = Queue.objects.create(title="东关", slug="east")
person = User.objects.create_superuser("bench", "bench@example.org")
Ticket.objects.bulk_create(
    [
        Ticket(queue=queue, title="路灯坏了", description="路灯坏了三天。", secret_key=f"{n:036d}")
        for n in range(int(sys.argv[1]))
    ],
    batch_size=1_000,
)
print(Token.objects.create(user=person).key, queue.pk)
