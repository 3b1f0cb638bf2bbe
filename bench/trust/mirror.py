"""A real folder that shows what a disk of `bench/trust/disk.py` holds after a power cut."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from bench.trust.disk import Survivor


class Mirror:
    """A real folder that is made to look like one cut after the other; files alike stay."""

    def __init__(self, folder: Path, owner: tuple[int, int] | None) -> None:
        self.folder, self.owner = folder, owner
        self.seen: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {}

    def show(self, survivors: Iterable[Survivor]) -> None:
        """Write what differs from what is there, and remove the rest."""
        wanted = {survivor.path: survivor for survivor in survivors}
        for path in sorted(self.folder.rglob("*"), reverse=True):
            survivor = wanted.get(str(path.relative_to(self.folder)))
            if survivor is None or (survivor.content is None) != path.is_dir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, survivor in wanted.items():
            self._write(self.folder / name, name, survivor)

    def _write(self, path: Path, name: str, survivor: Survivor) -> None:
        if survivor.content is None:
            if not path.is_dir():
                path.mkdir(mode=0o700, parents=True)
                self._own(path)
            return
        before = self.seen.pop(name, None)
        if before and before[0] == survivor.stamp and before[1] == _look(path):
            self.seen[name] = before
            return
        path.write_bytes(survivor.content)
        self._own(path)
        if survivor.stamp is not None:
            self.seen[name] = survivor.stamp, _look(path)

    def _own(self, path: Path) -> None:
        if self.owner:
            os.chown(path, *self.owner)


def _look(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, -1
    return found.st_mtime_ns, found.st_size
