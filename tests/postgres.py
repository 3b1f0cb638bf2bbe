"""A throw-away PostgreSQL server from the machine's own binaries; gone when the run is."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path


class Absent(Exception):  # noqa: N818 - it tells a fact
    """There is no PostgreSQL on this machine; the message says so in one line."""


class Server:
    """`Server().start()` answers a database URL; `stop()` removes every trace.

    `durable` writes through to disk, as a real server does; nothing in a test outlives the run.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.binaries = _binaries()
        self.as_user = _as_user()
        self.folder = Path(tempfile.mkdtemp(prefix="lianxin-postgres-"))
        self.running = False

    def start(self) -> str:
        """Make and start a server on a free port; it listens on this machine only."""
        if os.geteuid() == 0:
            os.chown(self.folder, *_owner())
        data = self.folder / "data"
        self._run(
            "initdb",
            "-D",
            data,
            "-U",
            "lianxin",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": self.folder,
            "fsync": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "max_connections": 60,
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self.running = True
        self._run(
            "pg_ctl",
            "-D",
            data,
            "-w",
            "-t",
            "30",
            "-l",
            self.folder / "log",
            "-o",
            options,
            "start",
        )
        return f"postgresql://lianxin@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """Stop at once and remove the folder; safe to call twice."""
        if self.running:
            self.running = False
            self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: object, check: bool = True) -> None:
        # Its words go to a file: the server that pg_ctl leaves behind would hold a pipe open.
        # A session of its own: Ctrl-C reaches the tests only, and they stop the server.
        said = self.folder / f"{program}.txt"
        with said.open("w") as file:
            done = subprocess.run(
                [*self.as_user, str(self.binaries / program), *map(str, words)],
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                start_new_session=True,
                check=False,
            )
        if check and done.returncode:
            raise RuntimeError(f"{program} failed: {said.read_text()}")


def _binaries() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    on_path = shutil.which("pg_ctl")
    found = [f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()]
    if found:
        return found[-1]
    if on_path:
        return Path(on_path).resolve().parent
    raise Absent("PostgreSQL is not installed (apt install postgresql): its tests are skipped.")


def _owner() -> tuple[int, int]:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise Absent("There is no unprivileged user to run PostgreSQL as: its tests are skipped.")


def _as_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["runuser", "-u", pwd.getpwuid(_owner()[0]).pw_name, "--"]
