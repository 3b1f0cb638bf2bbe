"""Time stamps (RFC 3161): an authority that knows neither us nor the residents signs the moment.

The stamp is over the text of a checkpoint, so `openssl ts -verify` can check it as well.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from lianxin.journal.anchors import file, http

CONTENT = "application/timestamp-query"
LINE = re.compile(r"timestamp ([1-9][0-9]{0,18}) ([A-Za-z0-9+/=]+)\Z")


class NotStamped(ValueError):  # noqa: N818 - reads as what happened
    """The answer is no stamp over what was asked, by an authority we were told to believe."""


def keep(line: str) -> str:
    """Have the checkpoint stamped, check the stamp, put it beside the checkpoints in the file.

    The receipt is the authority's answer in base64.
    """
    text = line.partition(" ")[2].encode()
    request = TimestampRequestBuilder(data=text, hash_algorithm=HashAlgorithm.SHA256).build()
    answer = http.post(settings.TSA_URL, request.as_bytes(), content=CONTENT)
    response = _decoded(answer)
    _verify(VerifierBuilder.from_request(request), response, text)
    token = base64.b64encode(answer).decode()
    seq = re.search(r'"seq":(\d+)', line)
    file.append(settings.ANCHOR_FILE, f"timestamp {seq[1] if seq else 0} {token}")
    return token


def moment(token: str, text: str) -> datetime:
    """When the authority saw this text. Raises NotStamped when the token is about another one."""
    try:
        answer = base64.b64decode(token, validate=True)
    except binascii.Error as error:
        raise NotStamped("not base64") from error
    response = _decoded(answer)
    _verify(VerifierBuilder(), response, text.encode())
    return response.tst_info.gen_time


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        raise NotStamped(f"not a time stamp: {error}"[:200]) from error


def _verify(builder: VerifierBuilder, response: TimeStampResponse, text: bytes) -> None:
    for root in _roots(settings.TSA_ROOTS):
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(response, text)
    except (VerificationError, ValueError) as error:
        raise NotStamped(str(error)[:200]) from error


@lru_cache(maxsize=2)
def _roots(path: Path) -> list[Certificate]:
    return load_pem_x509_certificates(path.read_bytes())
