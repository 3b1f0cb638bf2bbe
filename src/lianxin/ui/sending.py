"""A file on its way out: to be looked at or kept, never to be run as a page of ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import IO

from csp.constants import HEADER
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

SANDBOX = "sandbox; default-src 'none'"
BLOCK = 1 << 16
PART = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z")


def send_file(
    request: HttpRequest, file: IO[bytes], *, media_type: str, name: str, inline: bool = False
) -> HttpResponseBase:
    """An open file as an answer, or the part of it a player asks for.

    ``name`` is ours, never the sender's. The answer closes the file.
    """
    size = os.fstat(file.fileno()).st_size
    asked = PART.match(request.headers.get("Range", ""))
    response: HttpResponseBase
    if asked and any(asked.groups()):
        response = _part(file, size, asked[1], asked[2])
    else:
        response = FileResponse(file)
        response["Content-Length"] = str(size)
    response["Content-Type"] = media_type
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{name}"'
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response[HEADER] = SANDBOX
    return response


def _part(file: IO[bytes], size: int, first: str, last: str) -> HttpResponseBase:
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    length = end - start + 1
    response = StreamingHttpResponse(_blocks(file, start, length), status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(length)
    return response


def _blocks(file: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (block := file.read(min(BLOCK, length))):
            length -= len(block)
            yield block
