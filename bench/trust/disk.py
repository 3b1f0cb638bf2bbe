"""A disk that forgets what was not synced, fed with the system calls of a real run.

Strict POSIX: `fsync` of a file keeps its bytes; only `fsync` of the folder keeps that it is there,
or that it is gone. Everything else is kept or lost by chance, in any combination.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bench.trust.calls import Call, Unmodelled

BLOCK = 512
"""The piece that a disk writes whole; a larger write may be torn between two of them."""
MOODS = ("nothing", "everything", "beginning", "any", "torn")
SHARED = ".sqlite3-shm"
Mood = Literal["nothing", "everything", "beginning", "any", "torn"]


@dataclass(slots=True)
class Change:
    """One change that is not certain yet. `data` of a file, or `names` of a folder."""

    end: float
    at: int = 0
    data: bytes = b""
    size: int | None = None
    names: tuple[tuple[str, Node | None], ...] = ()


@dataclass(slots=True)
class Node:
    """A file or a folder: what is certain, and what has been changed since."""

    folder: bool
    kept: bytearray = field(default_factory=bytearray)
    inside: dict[str, Node] = field(default_factory=dict)
    now: dict[str, Node] = field(default_factory=dict)
    size: int = 0
    pending: list[Change] = field(default_factory=list)
    syncs: int = 0

    def sync(self, before: float) -> None:
        """Make certain what was done before this moment."""
        sure = [change for change in self.pending if change.end <= before]
        self.pending = [change for change in self.pending if change.end > before]
        for change in sure:
            _apply(change, self.kept, self.inside)
        self.syncs += bool(sure)


def _apply(change: Change, kept: bytearray, inside: dict[str, Node]) -> None:
    for name, node in change.names:
        if node is None:
            inside.pop(name, None)
        else:
            inside[name] = node
    if change.size is not None:
        del kept[change.size :]
        kept.extend(bytes(change.size - len(kept)))
    if change.data:
        kept.extend(bytes(max(0, change.at - len(kept))))
        kept[change.at : change.at + len(change.data)] = change.data


@dataclass(frozen=True, slots=True)
class Survivor:
    """What is at a path after a cut; a folder has no content. The same stamp: the same content."""

    path: str
    content: bytes | bytearray | None
    stamp: tuple[int, int] | None


class Disk:
    """What lies under one folder. Take the calls one after the other; `image` is the power cut."""

    def __init__(self, root: Path, base: Path) -> None:
        self.root = str(root)
        self.top = _load(base)
        self.places: dict[tuple[int, str], int | None] = {}
        self.through: set[tuple[int, str]] = set()

    def take(self, call: Call) -> bool:
        """Let one call happen; false when it does not touch this disk."""
        kind = call.name.rstrip("0123456789")
        work = getattr(self, f"_{kind}", None)
        return bool(work(call)) if work else False

    def image(self, chance: random.Random, mood: Mood) -> Iterator[Survivor]:
        """Everything that is there after a cut."""
        yield from _survivors(self.top, "", chance, mood)

    def differences(self) -> list[str]:
        """Where the real folder differs from the model with everything kept."""
        model = {s.path: s for s in self.image(random.Random(0), "everything")}
        real = {str(path.relative_to(self.root)) for path in Path(self.root).rglob("*")}
        found = [f"{name} is only in one" for name in real ^ (model.keys() - {""})]
        for name in model.keys() & real:
            content, path = model[name].content, Path(self.root) / name
            # The index of the log is written through memory, and made anew after a cut.
            if content is not None and content != path.read_bytes() and path.suffix != SHARED:
                found.append(f"{name} has other bytes")
        return found

    # --- the calls ---------------------------------------------------------------------------

    def _open(self, call: Call) -> bool:
        # The result carries the real path: no need to know where a process stood.
        path, flags = self._inner(call.opened), call.words[1 if call.name == "open" else 2]
        if path is None:
            return False
        key = (call.result, call.opened)
        self.places[key] = None if "O_APPEND" in flags else 0
        self.through.discard(key)
        if "SYNC" in flags:
            self.through.add(key)
        if "O_TMPFILE" in flags or "O_DIRECT|" in f"{flags}|":
            raise Unmodelled(f"{flags} on {path}")
        node = self._find(path)
        if node is None:
            if "O_CREAT" not in flags:
                raise Unmodelled(f"{path} was there although nobody made it")
            self._name(call, path, Node(folder=False))
        elif "O_TRUNC" in flags:
            _change(node, Change(call.end, size=0))
        return True

    _openat = _open

    def _creat(self, call: Call) -> bool:
        raise Unmodelled("creat")

    def _write(self, call: Call) -> bool:
        key = call.fd()
        node = self._opened(key[1])
        if node is None:
            return False
        if key not in self.places:
            raise Unmodelled(f"a write to {key[1]}, nobody knows where")
        at = self.places[key]
        self._put(call, key, node, node.size if at is None else at)
        if at is not None:
            self.places[key] = at + call.result
        return True

    _writev = _write

    def _pwrite(self, call: Call) -> bool:
        key = call.fd()
        node = self._opened(key[1])
        if node is None:
            return False
        at = int(call.words[-1 if call.name != "pwritev2" else -2])
        self._put(call, key, node, at)
        return True

    _pwritev = _pwrite

    def _put(self, call: Call, key: tuple[int, str], node: Node, at: int) -> None:
        data = call.bytes()[: call.result]
        if len(data) != call.result:
            raise Unmodelled(f"{call.name} of {call.result} bytes, {len(data)} known")
        _change(node, Change(call.end, at=at, data=data))
        if key in self.through:
            node.sync(call.end)

    def _lseek(self, call: Call) -> bool:
        key = call.fd()
        if self.places.get(key) is not None:
            self.places[key] = call.result
        return False

    def _ftruncate(self, call: Call) -> bool:
        node = self._opened(call.fd()[1])
        if node is not None:
            _change(node, Change(call.end, size=int(call.words[1])))
        return node is not None

    def _fallocate(self, call: Call) -> bool:
        node = self._opened(call.fd()[1])
        if node is None:
            return False
        if call.words[1] != "0":
            raise Unmodelled(f"fallocate with {call.words[1]}")
        size = int(call.words[2]) + int(call.words[3])
        if size > node.size:
            _change(node, Change(call.end, size=size))
        return True

    def _fsync(self, call: Call) -> bool:
        node = self._opened(call.fd()[1])
        if node is not None:
            node.sync(call.start)
        return node is not None

    _fdatasync = _fsync

    def _sync(self, call: Call) -> bool:
        for node in _all(self.top):
            node.sync(call.start)
        return True

    _syncfs = _sync

    def _mkdir(self, call: Call) -> bool:
        path = self._inner(call.path(0))
        if path is not None:
            self._name(call, path, Node(folder=True))
        return path is not None

    def _unlink(self, call: Call) -> bool:
        return self._gone(call, call.path(0))

    _rmdir = _unlink

    def _unlinkat(self, call: Call) -> bool:
        return self._gone(call, call.path(1, beside=0))

    def _gone(self, call: Call, path: str) -> bool:
        inner = self._inner(path)
        if inner is not None:
            self._name(call, inner, None)
        return inner is not None

    def _rename(self, call: Call) -> bool:
        return self._moved(call, *(call.path(at) for at in (0, 1)))

    def _renameat(self, call: Call) -> bool:
        here, there = (call.path(at, beside=at - 1) for at in (1, 3))
        return self._moved(call, here, there)

    def _moved(self, call: Call, here: str, there: str) -> bool:
        old, new = self._inner(here), self._inner(there)
        if old is None and new is None:
            return False
        node = self._find(old) if old is not None else None
        if node is None or old is None or new is None:
            raise Unmodelled(f"{here} renamed to {there}")
        left, entered = self._parent(old), self._parent(new)
        if left is entered:
            names = ((old.rpartition("/")[2], None), (new.rpartition("/")[2], node))
            _change(left, Change(call.end, names=names))
        else:
            self._name(call, new, node)
            self._name(call, old, None)
        return True

    def _link(self, call: Call) -> bool:
        here, there = (self._inner(call.path(at)) for at in (0, 1))
        node = self._find(here) if here is not None else None
        if node is not None and there is not None:
            self._name(call, there, node)
        return node is not None

    def _mmap(self, call: Call) -> bool:
        shared = "PROT_WRITE" in call.words[2] and "MAP_SHARED" in call.words[3]
        path = call.fd(4)[1]
        # SQLite's index of the log is made anew by whoever opens the database first.
        if shared and self._opened(path) is not None and not path.endswith(SHARED):
            raise Unmodelled(f"{path} is written through memory")
        return False

    def _refuse(self, call: Call) -> bool:
        if any(self._inner(call.fd(at)[1]) for at in range(len(call.words))):
            raise Unmodelled(f"{call.name} on this disk")
        return False

    _sendfile = _copy_file_range = _splice = _truncate = _refuse
    _mkdirat = _linkat = _symlink = _symlinkat = _refuse

    def _io_uring_setup(self, call: Call) -> bool:
        raise Unmodelled("io_uring")

    # --- names -------------------------------------------------------------------------------

    def _inner(self, path: str) -> str | None:
        if path == self.root:
            return ""
        return path[len(self.root) + 1 :] if path.startswith(self.root + "/") else None

    def _opened(self, path: str) -> Node | None:
        inner = self._inner(path) if path else None
        return None if inner is None else self._find(inner)

    def _find(self, path: str) -> Node | None:
        node: Node | None = self.top
        for name in path.split("/") if path else ():
            node = node.now.get(name) if node else None
        return node

    def _parent(self, path: str) -> Node:
        found = self._find(path.rpartition("/")[0])
        if found is None:
            raise Unmodelled(f"the folder of {path} is not known")
        return found

    def _name(self, call: Call, path: str, node: Node | None) -> None:
        _change(self._parent(path), Change(call.end, names=((path.rpartition("/")[2], node),)))


def _change(node: Node, change: Change) -> None:
    node.pending.append(change)
    for name, inner in change.names:
        if inner is None:
            node.now.pop(name, None)
        else:
            node.now[name] = inner
    if change.size is not None:
        node.size = change.size
    node.size = max(node.size, change.at + len(change.data))


def _load(path: Path) -> Node:
    """Everything under a folder, all of it certain."""
    if not path.is_dir():
        content = path.read_bytes()
        return Node(folder=False, kept=bytearray(content), size=len(content))
    inside = {entry.name: _load(entry) for entry in path.iterdir() if not entry.is_socket()}
    return Node(folder=True, inside=inside, now=dict(inside))


def _all(node: Node) -> Iterator[Node]:
    yield node
    for inner in [*node.inside.values(), *node.now.values()]:
        yield from _all(inner)


def _survivors(node: Node, path: str, chance: random.Random, mood: Mood) -> Iterator[Survivor]:
    lucky = _lucky(node.pending, chance, mood) if node.pending else []
    if node.folder:
        inside = dict(node.inside)
        for change in lucky:
            _apply(change, bytearray(), inside)
        yield Survivor(path, None, None)
        for name, inner in inside.items():
            yield from _survivors(inner, f"{path}/{name}" if path else name, chance, mood)
    elif node.pending:
        kept = bytearray(node.kept)
        for change in lucky:
            for part in _torn(change, chance) if mood == "torn" else (change,):
                _apply(part, kept, {})
        yield Survivor(path, kept, None)
    else:
        yield Survivor(path, node.kept, (id(node), node.syncs))


def _lucky(pending: list[Change], chance: random.Random, mood: Mood) -> Iterable[Change]:
    """Which of the uncertain changes reached the disk."""
    match mood:
        case "nothing":
            return []
        case "everything":
            return pending
        case "beginning":
            return pending[: chance.randint(0, len(pending))]
        case _:
            return [change for change in pending if chance.random() < 0.5]


def _torn(change: Change, chance: random.Random) -> Iterator[Change]:
    """Some of the blocks of one write."""
    if len(change.data) <= BLOCK:
        yield change
        return
    for at in range(0, len(change.data), BLOCK):
        if chance.random() < 0.7:
            yield Change(change.end, at=change.at + at, data=change.data[at : at + BLOCK])
