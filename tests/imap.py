"""A real IMAP server on this machine (Dovecot) with one mailbox; the fixture is `mailbox`."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Mailbox:
    """One mailbox: put mails in, look what is left."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"imap://town:secret@127.0.0.1:{port}/INBOX"

    def put(self, *mails: bytes) -> None:
        """As a mail server delivers them."""
        new = self.folder / "mail" / "new"
        for mail in mails:
            name = f"{time.time_ns()}.{os.urandom(4).hex()}.here"
            (new / name).write_bytes(mail)
            (new / name).chmod(0o644)

    def left(self, folder: str = "INBOX") -> int:
        """How many mails lie in a folder."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=5) as box:
            box.login("town", "secret")
            status, found = box.select(folder)
            return int(found[0] or 0) if status == "OK" else 0


def absent() -> str:
    """Why there is none; empty when there is."""
    if shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
        return ""
    return "Dovecot is not installed (apt install dovecot-imapd): the mailbox is not tested."


@contextmanager
def serving(folder: Path) -> Iterator[Mailbox]:
    """Run Dovecot in a folder."""
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert program
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    me = pwd.getpwuid(os.getuid())
    owner = me if me.pw_uid else pwd.getpwnam("nobody")  # Dovecot keeps no mail of root
    for part in ("run", "mail/new", "mail/cur", "mail/tmp"):
        (folder / part).mkdir(parents=True)
    for part in ("mail", "mail/new", "mail/cur", "mail/tmp", "."):
        if not me.pw_uid:
            os.chown(folder / part, owner.pw_uid, owner.pw_gid)
    config = folder / "dovecot.conf"
    # Its login process refuses to run as root, and the package brings a user for it.
    login = me.pw_name if me.pw_uid else "dovenull"
    folder.chmod(0o755)
    config.write_text(
        CONFIG.format(
            folder=folder, user=me.pw_name, login=login, group=grp.getgrgid(me.pw_gid).gr_name,
            uid=owner.pw_uid, gid=owner.pw_gid, port=port,
        )
    )  # fmt: skip
    process = subprocess.Popen([program, "-F", "-c", str(config)])
    try:
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                log = (folder / "log").read_text() if (folder / "log").exists() else ""
                assert time.monotonic() < until and process.poll() is None, log
                time.sleep(0.05)
        yield Mailbox(folder, port)
    finally:
        process.terminate()
        process.wait(10)
