"""Style sheets, scripts and icons under names that change with their content, made when stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Far-future caching by hashed names; a name missing from the manifest is served as it is."""

    manifest_strict = False


def _sources() -> Iterator[tuple[str, Path]]:
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            yield name, Path(storage.path(name))


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name, path in sorted(_sources()):
        about = path.stat()
        digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_when_stale() -> bool:
    """Bring `STATIC_ROOT` up to date; true when there was something to do."""
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    now = _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)
    return True
