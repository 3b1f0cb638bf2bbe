"""Files on their way in: never more kept than allowed."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from lianxin import files
from lianxin.files import MOST_BYTES, Clean, Unfit


class CutFile(UploadedFile):  # type: ignore[type-arg]
    """Stands for an uploaded file that was too large to keep."""

    too_large = True


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Keeps each file on disk up to :data:`MOST_BYTES`; the form says what was too large.

    Refusing by raising would cut the connection and lose the words typed beside the file.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.cut = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.cut:
            return None
        if start + len(raw_data) > MOST_BYTES:
            self.cut = True
            self.file.close()
            return None
        super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if self.cut:
            return CutFile(file=io.BytesIO(), name=self.file_name, size=file_size)
        return super().file_complete(file_size)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file somebody sent: the clean copy, and what came, until the request is over."""

    copy: Clean
    original: IO[bytes]


def arrived(file: UploadedFile[bytes], *, until: float) -> Arrived:
    """Have an uploaded file cleaned, at the latest until a moment of `time.monotonic`.

    Raises `files.Unfit`.
    """
    if getattr(file, "too_large", False):
        raise Unfit("too_large")
    source = file.file
    if source is None:
        raise Unfit("damaged")
    if not hasattr(source, "name"):
        # Not on the disk: put together by a program, not sent.
        source = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the request
        source.writelines(file.chunks())
        source.flush()
    return Arrived(files.clean(source, until=until), source)
