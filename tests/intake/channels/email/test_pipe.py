"""A mail server hands a mail over to `lianxin mail deliver` and understands what it answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import places
from lianxin.cli.mail import TRY_AGAIN, UNREADABLE
from tests.intake.channels.email.mails import TO, mail
from tests.post import listening

NESTED = b"From: a@b.c\r\n" + b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(60)
)


def deliver(raw: bytes, data: Path, **changes: str) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LIANXIN_")}
    environment = kept | {"LIANXIN_DATA": str(data), "LIANXIN_MAIL_ADDRESS": TO} | changes
    return subprocess.run(
        [sys.executable, "-m", "lianxin", "mail", "deliver"],
        input=raw, capture_output=True, env=environment, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("place")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LIANXIN_")}
    shutil.copy(places.tables_of("sqlite"), data / "lianxin.sqlite3")
    subprocess.run(
        [sys.executable, "-m", "lianxin", "migrate"],
        env=kept | {"LIANXIN_DATA": str(data)}, capture_output=True, check=True,
    )  # fmt: skip
    return data


def test_it_is_taken_in_and_answered(place: Path) -> None:
    message = mail().as_bytes()
    with listening() as (postman, port):
        smtp = f"smtp://127.0.0.1:{port}?tls=0"
        done = deliver(message, place, LIANXIN_EMAIL_URL=smtp)
        assert (done.returncode, done.stdout) == (0, b"filed\n"), done.stderr
        assert deliver(message, place, LIANXIN_EMAIL_URL=smtp).stdout == b"filed\n"
    assert len(postman.received) == 1 and "漏水".encode() not in done.stderr


def test_what_cannot_be_read_goes_back_to_its_sender(place: Path) -> None:
    smtp = "smtp://127.0.0.1:1?tls=0"
    assert deliver(NESTED, place, LIANXIN_EMAIL_URL=smtp).returncode == UNREADABLE


@pytest.mark.parametrize(
    "changes",
    [
        {"LIANXIN_MAIL_ADDRESS": ""},
        {"LIANXIN_DATA": "/proc/nowhere"},
        {},  # no mail server: the answer, with the code in it, would become a file
    ],
)
def test_a_place_that_is_not_ready_keeps_no_mail_from_coming_again(
    place: Path, changes: dict[str, str]
) -> None:
    done = deliver(mail().as_bytes(), place, **changes)
    assert done.returncode == TRY_AGAIN
    assert "漏水".encode() not in done.stdout + done.stderr
