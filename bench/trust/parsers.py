"""P8: whatever a stranger sends, we get a clean copy or a refusal, in bounds; nothing else.

Random changes to real files of every upload path; a corpus of bombs and files of two faces; random
pictures full of notes, whose copies are judged byte by byte by a reader of our own.
"""

from __future__ import annotations

import io
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import IO, Any

from PIL import Image

from bench.trust import corpus, seeds
from lianxin import files
from lianxin.files import Unfit
from lianxin.kernel import sheets
from lianxin.kernel.problems import Problem

SECONDS = 600
"""For every upload path, at scale 1."""
PICTURES = 10_000
MOST_SECONDS = 21.0
MOST_MEMORY = 512 << 20
SECOND_FACE = (b"CANARY", "CANARY".encode("utf-16-le"), b"PK\x03\x04", b"<script", b"<?php")

Copy = Callable[[bytes], bytes]
"""A clean copy of a file, or Unfit."""


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """The whole campaign; with a small scale, a short form of it."""
    rng = Random(seed)
    paths = {name: fuzz(name, rng, SECONDS * scale) for name in PATHS}
    refusals = refusal_of_the_corpus(clean_copy)
    faces = second_faces(clean_copy)
    dirty = dirty_pictures(clean_copy, rng, max(20, round(PICTURES * scale)))
    twins = {
        "open().save()": _caught(dirty_pictures(_saved_as_it_is, Random(seed), 20)["dirty"]),
        "typed by its name": _caught(refusal_of_the_corpus(_as_named)["taken"]),
        "unpacked in the process, without limits": _caught(peak_of_a_bomb() > MOST_MEMORY),
    }
    passed = (
        not any(found["uncaught"] or found["dirty"] or found["slow"] for found in paths.values())
        and not (refusals["taken"] or faces["through"] or dirty["dirty"])
        and set(twins.values()) == {"caught"}
    )
    return {
        "passed": passed,
        "twins": twins,
        "walls": sorted(files.walls() - {"cleaner"}),
        "exiftool": bool(shutil.which("exiftool")),
        "paths": paths,
        "corpus": refusals,
        "two_faced": faces,
        "pictures": dirty,
    }


def _caught(found: object) -> str:
    return "caught" if found else "missed"


# --- what is tried -------------------------------------------------------------------------------
@contextmanager
def on_disk(content: bytes) -> Iterator[IO[bytes]]:
    """A file without a name, as an upload lies there."""
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.flush()
        yield source


def clean_copy(content: bytes) -> bytes:
    """The product's own way. Raises Unfit."""
    with on_disk(content) as source:
        copy = files.clean(source)
        with copy.content as kept:
            return kept.read()


def read_sheet(content: bytes) -> bytes:
    """Every row of a sheet somebody hands in. Raises Problem."""
    rows = sum(1 for _row in sheets.read(content, "sheet"))
    return str(rows).encode()


PATHS: dict[str, tuple[tuple[Callable[[Random], bytes], ...], Copy]] = {
    "photo": (tuple(seeds.MAKERS[name] for name in seeds.PICTURES), clean_copy),
    "pdf": ((seeds.pdf,), clean_copy),
    "sound": (tuple(seeds.MAKERS[name] for name in seeds.SOUNDS), clean_copy),
    "film": (tuple(seeds.MAKERS[name] for name in seeds.FILMS), clean_copy),
    "xlsx": ((seeds.sheet,), read_sheet),
    "csv": ((seeds.table,), read_sheet),
}
"""Every door by which a file comes in: what comes in by it, and what reads it."""


def fuzz(path: str, rng: Random, seconds: float, *, least: int = 5) -> dict[str, int]:
    """Change files of one path for so long, and some at least; what became of them, counted."""
    makers, read = PATHS[path]
    # Made once: a film takes longer to make than to clean.
    whole = [maker(rng) for maker in makers for _each in range(4)]
    found: Counter[str] = Counter(tried=0, copies=0, refused=0, uncaught=0, dirty=0, slow=0)
    until = time.monotonic() + seconds
    while time.monotonic() < until or found["tried"] < least:
        content = changed(rng, rng.choice(whole), whole)
        began = time.monotonic()
        found["tried"] += 1
        try:
            copy = read(content)
        except (Unfit, Problem):
            found["refused"] += 1
        except Exception:
            found["uncaught"] += 1
        else:
            found["copies"] += 1
            # Of the others a change may put a note into the very sound or words that are kept.
            found["dirty"] += path == "photo" and bool(notes_in(copy))
        found["slow"] += time.monotonic() - began > MOST_SECONDS
    return dict(found)


def changed(rng: Random, content: bytes, others: list[bytes]) -> bytes:
    """One to eight random changes."""
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 4, 8])):
        rng.choice(CHANGES)(rng, data, others)
    return bytes(data)


def _at(rng: Random, data: bytearray) -> int:
    # Heads and indexes stand at the ends; most of the rest is picture.
    near = rng.random() < 0.5
    return rng.randrange(min(len(data), 400) if near else len(data)) if data else 0


def _flip(rng: Random, data: bytearray, _others: list[bytes]) -> None:
    if data:
        data[_at(rng, data)] ^= 1 << rng.randrange(8)


def _number(rng: Random, data: bytearray, _others: list[bytes]) -> None:
    value = rng.choice([0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000])
    at, size = _at(rng, data), rng.choice([1, 2, 4, 8])
    data[at : at + size] = (value % (1 << 8 * size)).to_bytes(size, rng.choice(["big", "little"]))


def _drop(rng: Random, data: bytearray, _others: list[bytes]) -> None:
    at = _at(rng, data)
    del data[at : at + rng.choice([1, 4, 60, 900])]


def _double(rng: Random, data: bytearray, _others: list[bytes]) -> None:
    at = _at(rng, data)
    data[at:at] = data[at : at + rng.choice([1, 8, 200])] * rng.choice([1, 2, 30])


def _noise(rng: Random, data: bytearray, _others: list[bytes]) -> None:
    at, size = _at(rng, data), rng.choice([1, 5, 90])
    data[at : at + size] = rng.randbytes(size)


def _cut(rng: Random, data: bytearray, _others: list[bytes]) -> None:
    del data[_at(rng, data) :]


def _graft(rng: Random, data: bytearray, others: list[bytes]) -> None:
    other = rng.choice(others)
    start = rng.randrange(len(other))
    at = _at(rng, data)
    data[at:at] = other[start : start + rng.choice([20, 500, 5000])]


CHANGES = (_flip, _flip, _number, _number, _drop, _double, _noise, _cut, _graft)


# --- the judges ----------------------------------------------------------------------------------
def refusal_of_the_corpus(copy: Copy) -> dict[str, Any]:
    """Give it every file that must be refused; the names of those taken."""
    given = corpus.refused()
    return {"tried": len(given), "taken": [name for name in given if _took(copy, given[name])]}


def second_faces(copy: Copy, *, step: int = 1) -> dict[str, Any]:
    """Give it every file of two faces, or one of so many; the names of those of which the second
    face came through."""
    given = dict(list(corpus.two_faced().items())[::step])
    refused, through = 0, []
    for name, content in given.items():
        try:
            kept = copy(content)
        except Unfit:
            refused += 1
            continue
        if any(mark in kept for mark in SECOND_FACE):
            through.append(name)
    return {"tried": len(given), "refused": refused, "through": through}


def _took(copy: Copy, content: bytes) -> bool:
    try:
        copy(content)
    except Unfit:
        return False
    return True


def dirty_pictures(copy: Copy, rng: Random, many: int) -> dict[str, Any]:
    """Random pictures full of notes: how many copies hold anything but the picture."""
    dirty: Counter[str] = Counter()
    judged = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(many):
            kept = copy(seeds.MAKERS[rng.choice(seeds.PICTURES)](rng))
            judged += 1
            if fault := notes_in(kept):
                dirty[fault] += 1
            elif number < 500:
                (Path(folder) / f"{number}.jpg").write_bytes(kept)
        if shutil.which("exiftool") and (said := _exiftool(folder)):
            dirty[f"exiftool: {said}"] += 1
    return {"judged": judged, "dirty": dict(dirty)}


def notes_in(jpeg: bytes) -> str:
    """What a JPEG holds besides a picture; "" for nothing. Reads markers, knows no library."""
    if any(mark in jpeg for mark in SECOND_FACE[:2]):
        return "a planted note"
    if not jpeg.startswith(b"\xff\xd8"):
        return "no jpeg"
    at, needed = 2, {0xDB, 0xC0, 0xC4}
    while jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == 0xE0:
            if jpeg[at + 4 : at + 9] != b"JFIF\0" or length != 16:
                return "a strange head"
        elif marker == 0xDA:
            break
        elif marker not in needed:
            return f"segment {marker:02x}"
        at += 2 + length
    end = jpeg.find(b"\xff\xd9", at)
    return "" if end == len(jpeg) - 2 else "a tail"


def _exiftool(folder: str) -> str:
    command = ["exiftool", "-q", "-q", "-a", "-G1", "-EXIF:all", "-XMP:all", "-GPS:all", "-ICC:all",
               "-Comment", "-Trailer:all", folder]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.partition("\n")[0]


# --- builds that must be caught ------------------------------------------------------------------
def _saved_as_it_is(content: bytes) -> bytes:
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.convert("RGB").save(out, "JPEG")
    except Exception:
        return content
    return out.getvalue()


def _as_named(content: bytes) -> bytes:
    return content


def peak_of_a_bomb() -> int:
    """Bytes a process needs that opens the pixel bomb with nothing in its way."""
    program = "import sys; from PIL import Image; Image.open(sys.argv[1]).convert('RGB')"
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(corpus.pixel_bomb())
        file.flush()
        subprocess.run([sys.executable, "-W", "ignore", "-c", program, file.name], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
