"""`lianxin serve`: pages and worker start together and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.console import lianxin, surroundings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def commands_of_children(pid: int) -> list[str]:
    """Command lines of the processes a process has started."""
    listed = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [
        Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
        for children in listed
        for child in children
    ]


def answer(port: int, path: str) -> int:
    """Status of a page; waits up to a minute for the server."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as page:
                return int(page.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serves_pages_and_worker_and_stops_cleanly(
    installed: Path, tmp_path: Path, how: signal.Signals
) -> None:
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "lianxin", "serve", "--port", str(port), "--workers", "1"],
        env=surroundings(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert answer(port, "/there-is-no-such-page") == 404
            assert any("worker --parent" in line for line in commands_of_children(server.pid))
            taken = lianxin(tmp_path, "serve", "--port", str(port))
            assert taken.returncode == 2
            assert f"Port {port}" in taken.stderr
        finally:
            # Ctrl-C reaches the whole group, a service manager's signal the process alone.
            (os.killpg if how == signal.SIGINT else os.kill)(server.pid, how)
            said, _ = server.communicate(timeout=20)
    assert server.returncode == 0, said
    assert "Traceback" not in said
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
