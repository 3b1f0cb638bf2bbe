"""Throw-away data folders, databases and servers on this machine, and what they cost."""

from __future__ import annotations

import atexit
import fcntl
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from bench import client
from tests.postgres import Server as PostgreSQL

P = ParamSpec("P")
R = TypeVar("R")

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
WORKERS = 2
LONGEST_START = 60.0
ENGINES = ("sqlite", "postgresql")
SHOWN = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Place:
    """One data folder with its database, gone when the measurement is over."""

    engine: str
    folder: Path
    environment: dict[str, str]
    server: PostgreSQL | None = None

    @property
    def database_pid(self) -> int | None:
        """The first process of the database server, where there is one."""
        return self.server.pid if self.server else None

    def run(self, *words: str, fine: tuple[int, ...] = (0,)) -> None:
        """Run `lianxin` here; its words are shown only when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "lianxin", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in fine:
            raise RuntimeError(f"lianxin {' '.join(words)}: {done.stdout}{done.stderr}")

    def migrate(self) -> None:
        """Make the tables. Empty ones of the same code are copied: making them takes seconds."""
        tables = tables_of(self.engine)
        if self.server is None:
            shutil.copy(tables, self.folder / "lianxin.sqlite3")
        else:
            _client(self.server, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(tables))
        self.run("migrate")

    def inside(self, work: Callable[P, R], *words: P.args, **names: P.kwargs) -> R:
        """Call a function in a process of its own, with Django set up on this place."""
        with multiprocessing.get_context("spawn").Pool(
            1, initializer=_enter, initargs=(self.environment,)
        ) as pool:
            return pool.apply(work, words, names)


def _enter(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    import django

    django.setup()


@cache
def tables_of(engine: str) -> Path:
    """A file of the tables as a new installation has them, made once a process.

    Or once for all processes that are told by `BENCH_TABLES` in which folder they lie.
    """
    if (shared := os.environ.get("BENCH_TABLES")) is None:
        shared = tempfile.mkdtemp(prefix="lianxin-tables-")
        atexit.register(shutil.rmtree, shared, ignore_errors=True)
    kept = Path(shared) / f"tables.{engine}"
    with (Path(shared) / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _make_tables(engine, kept)
    return kept


def _make_tables(engine: str, kept: Path) -> None:
    made = kept.with_suffix(".part")
    with place(engine) as first:
        first.run("migrate")
        if first.server is None:
            shutil.copy(first.folder / "lianxin.sqlite3", made)
        else:
            _client(first.server, "pg_dump", "-f", str(made))
    made.rename(kept)


def _client(server: PostgreSQL, program: str, *words: str) -> None:
    words = (str(server.binaries / program), *words, "-d", server.url)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def place(engine: str) -> Iterator[Place]:
    """A fresh place without tables, on SQLite or on a PostgreSQL that writes through to disk."""
    folder = Path(tempfile.mkdtemp(prefix="lianxin-bench-"))
    # Compiled modules are kept, as on any machine that is not told otherwise.
    unwanted = ("LIANXIN_", "PYTHONDONTWRITEBYTECODE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
    environment |= {
        "LIANXIN_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "lianxin.config.settings",
        # This tree, wherever another one is installed.
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        # One machine files here what a county files in a month: it is no flood.
        "LIANXIN_FLOOD_ALL": "1000000",
        "LIANXIN_FLOOD_NETWORK": "1000000",
    }
    server = PostgreSQL(durable=True) if engine == "postgresql" else None
    found = Place(engine, folder, environment, server)
    try:
        if server:
            environment["LIANXIN_DATABASE_URL"] = server.start()
        yield found
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Running:
    """A server that answers on a port of this machine."""

    process: subprocess.Popen[bytes]
    port: int
    seconds: float
    """From its start to the first answer 200."""


def lianxin_command(port: int, *, worker: bool = False) -> list[str]:
    """The product as everybody starts it."""
    words = ["-m", "lianxin", "serve", "--port", str(port), "--workers", str(WORKERS)]
    return [sys.executable, *words, *([] if worker else ["--no-worker"])]


def bare_command(port: int) -> list[str]:
    """The bare project, served as `lianxin serve` serves the product."""
    words = ["--interface", "wsgi", "--workers", WORKERS, "--blocking-threads", 1, "--no-ws"]
    words += ["--port", port, "--log-level", "warning", "bench.bare.wsgi:application"]
    return [str(Path(sys.executable).with_name("granian")), *map(str, words)]


@contextmanager
def serving(
    command: Callable[[int], list[str]], environment: dict[str, str], path: str = "/"
) -> Iterator[Running]:
    """Start a server, wait for its first 200, stop it with everything it started."""
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        command(port),
        env=environment,
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not answers(port, path):
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}")
            if time.perf_counter() - started > LONGEST_START:
                raise RuntimeError("the server did not answer in time")
            time.sleep(0.005)
        yield Running(process, port, time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(port: int, path: str) -> bool:
    """Whether a page of a server on this machine is there."""
    try:
        return client.ask(client.get(path, port=port, close=True), port=port).status == 200
    except OSError:
        return False


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")  # any thread may have started one
    children = [int(child) for found in lists for child in found.read_text().split()]
    return [pid, *(member for child in children for member in family(child))]


def cpu_seconds(*pids: int | None) -> float:
    """Processor time so far of these processes with their descendants, ended ones too."""
    ticks = 0
    for top in pids:
        for pid in family(top) if top else []:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, after_name[11:15]))
    return ticks / TICKS


def command_line(pid: int) -> str:
    """The words a process was started with."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()


def memory(pid: int) -> dict[str, float]:
    """Resident and proportional memory of one process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = {line.split()[0].rstrip(":"): line.split()[1] for line in lines[1:]}
    return {name: int(kilobytes[name]) * 1024 / 1e6 for name in ("Rss", "Pss")}
