"""The process that reads a stranger's file ends in time, reaches nothing, and is replaced."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from lianxin import files
from lianxin.files import Unfit, jail


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return out.getvalue()


def clean() -> int:
    with tempfile.TemporaryFile() as source:
        source.write(photo())
        source.flush()
        copy = files.clean(source)
    with copy.content:
        return copy.size


ASTRAY = """
import os, socket, sys, time
from lianxin.files import inside, pictures
def hang(*_): time.sleep(600)
def spin(*_):
    while True: pass
def grow(*_): return bytearray(900 << 20)
def flood(given, copy, _):
    while True: copy.write(bytes(1 << 20))
def die(*_): os.kill(os.getpid(), 11)
def look(given, copy, _):
    found = []
    for path in ("/", "/etc/passwd", "/proc/self/environ"):
        try: found.append(str(os.listdir(path) if path == "/" else open(path).read(20)))
        except OSError: found.append("")
    try: socket.socket().connect(("127.0.0.1", %(port)d)); found.append("connected")
    except OSError: found.append("")
    copy.write(repr((found, dict(os.environ))).encode())
    return {"format": "jpg"}
pictures.clean = %(act)s
inside.SECONDS = 1
inside.main()
"""


@pytest.fixture
def astray(monkeypatch: pytest.MonkeyPatch) -> object:
    """A helper whose readers do something bad, in the place of the real one."""

    def start(act: str, port: int = 9) -> None:
        program = ASTRAY % {"act": act, "port": port}
        monkeypatch.setattr(jail, "COMMAND", (sys.executable, "-I", "-c", program))
        jail._stop()

    yield start
    jail._stop()


@pytest.mark.parametrize("act", ["spin", "grow", "flood", "die"])
def test_a_reader_that_goes_astray_is_ended_by_its_limits(astray: object, act: str) -> None:
    astray(act)  # type: ignore[operator]
    began = time.monotonic()
    with pytest.raises(Unfit) as caught:
        clean()
    assert caught.value.fault in ("damaged", "too_large")
    assert time.monotonic() - began < 15


def test_a_reader_that_sleeps_is_killed_when_its_time_is_over(
    astray: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    astray("hang")  # type: ignore[operator]
    files.walls()
    with tempfile.TemporaryFile() as source:
        source.write(photo())
        source.flush()
        with pytest.raises(Unfit) as caught:
            files.clean(source, until=time.monotonic() + 0.5)
    assert caught.value.fault == "too_slow"
    helper = jail._running[0].process.pid
    children = Path(f"/proc/{helper}/task/{helper}/children").read_text().split()
    assert all(_gone(int(pid)) for pid in children)


def _gone(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":  # over, and only not yet noticed by its parent
            return True
        time.sleep(0.02)
    return False


def test_a_reader_reaches_no_file_no_network_and_no_secret(
    astray: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANXIN_SECRET_KEY", "CANARY")
    with socket.create_server(("127.0.0.1", 0)) as listening, tempfile.TemporaryFile() as source:
        astray("look", listening.getsockname()[1])  # type: ignore[operator]
        if not {"network", "files"} <= files.walls():
            pytest.skip("this system does not let a process shut itself off")
        source.write(photo())
        source.flush()
        copy = files.clean(source)
    with copy.content as kept:
        found, environment = eval(kept.read())
    assert found == ["[]", "", "", ""]
    assert "CANARY" not in str(environment)


def test_a_helper_that_was_killed_is_replaced() -> None:
    assert clean()
    jail._running[0].process.kill()
    jail._running[0].process.wait()
    assert clean()


def test_several_threads_ask_at_once() -> None:
    sizes: list[int] = []
    threads = [Thread(target=lambda: sizes.append(clean())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sizes) == 6 and len(set(sizes)) == 1


def test_the_helper_ends_with_whoever_started_it() -> None:
    program = (
        "from lianxin.files import jail, walls; walls();"
        "print(jail._running[0].process.pid, flush=True); import os; os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert _gone(int(done.stdout))


@pytest.mark.parametrize("killed", [1, 2])
def test_one_that_was_killed_for_another_s_sake_is_followed_by_others(
    monkeypatch: pytest.MonkeyPatch, killed: int
) -> None:
    usual, really, tries = clean(), jail._once, []

    def killed_at_first(source: int, result: int, until: float) -> dict[str, object] | None:
        tries.append(source)
        if len(tries) > killed:
            return really(source, result, until)
        os.read(source, 10)
        os.write(result, b"half a picture")
        return None

    monkeypatch.setattr(jail, "_once", killed_at_first)
    assert clean() == usual and len(tries) == killed + 1


def test_a_helper_that_never_starts_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jail._stop()
    monkeypatch.setattr(jail, "COMMAND", (sys.executable, "-c", ""))
    with pytest.raises(Unfit) as caught:
        clean()
    assert caught.value.fault == "too_slow"
    with pytest.raises(RuntimeError):
        files.walls()
    monkeypatch.undo()
    assert clean()
