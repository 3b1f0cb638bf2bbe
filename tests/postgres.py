"""A throw-away PostgreSQL server from the machine's own binaries; gone when the run is."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class Absent(Exception):  # noqa: N818 - it tells a fact
    """There is no PostgreSQL on this machine; the message says so in one line."""


class Server:
    """`Server().start()` answers a database URL; `stop()` removes every trace.

    `durable` writes through to disk, as a real server does; nothing in a test outlives the run.
    """

    def __init__(self, *, durable: bool = False, folder: Path | None = None) -> None:
        self.binaries = binaries()
        self.as_user = _as_user()
        self.folder = folder or Path(tempfile.mkdtemp(prefix="lianxin-postgres-"))
        self.folder.mkdir(exist_ok=True)
        self.running = False
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"postgresql://lianxin@127.0.0.1:{self.port}/postgres"
        self.settings: dict[str, object] = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "max_connections": 60,
        }

    def start(self) -> str:
        """Make and start a server on a free port; it listens on this machine only."""
        self._own(self.folder)
        self._run(
            "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "lianxin",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        self.begin()
        return self.url

    def take(self, cluster: Path) -> None:
        """Begin with a copy of the files of a server that is at rest, or whose power was cut."""
        shutil.copytree(cluster, self.folder / "data", dirs_exist_ok=True)
        for path in [self.folder, *self.folder.rglob("*")] if os.geteuid() == 0 else ():
            self._own(path)
        (self.folder / "data").chmod(0o700)

    def command(self) -> list[str]:
        """The words that run it in the foreground."""
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        program = str(self.binaries / "postgres")
        return [*self.as_user, program, "-D", str(self.folder / "data"), *options]

    def foreground(self) -> subprocess.Popen[bytes]:
        """Start it and do not wait; its last words go to `log`, `drop` ends it."""
        self._own(self.folder)
        with (self.folder / "log").open("wb") as said:
            return subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                start_new_session=True,
            )

    def drop(self) -> None:
        """End at once what `foreground` started, and wait until it is gone."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = self.pid
            os.kill(pid, signal.SIGQUIT)
            while (self.folder / "data" / "postmaster.pid").exists():
                time.sleep(0.002)

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, *owner())

    def begin(self) -> None:
        """Let the server that `start` made run again; it recovers from whatever ended it."""
        options = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        self.running = True
        self._run(
            "pg_ctl",
            "-D",
            self.folder / "data",
            "-w",
            "-t",
            "30",
            "-l",
            self.folder / "log",
            "-o",
            options,
            "start",
        )

    @property
    def pid(self) -> int:
        """The process that started all the others, or that did before it was killed."""
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def alive(self) -> bool:
        """Whether it takes connections."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return True
        except OSError:
            return False

    def rest(self) -> None:
        """Stop it in order; its files stay."""
        self.running = False
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop")

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


def binaries() -> Path:
    """Where the programs of the newest installed PostgreSQL lie."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    on_path = shutil.which("pg_ctl")
    found = [f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()]
    if found:
        return found[-1]
    if on_path:
        return Path(on_path).resolve().parent
    raise Absent("PostgreSQL is not installed (apt install postgresql): its tests are skipped.")


def owner() -> tuple[int, int]:
    """Whom the files of a server belong to when the tests run as root."""
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
    return ["runuser", "-u", pwd.getpwuid(owner()[0]).pw_name, "--"]
