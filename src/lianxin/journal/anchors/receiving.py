"""The other end of the webhook: keeps another unit's checkpoints in a file."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lianxin.journal import signing, statements
from lianxin.journal.anchors import file, webhook

LARGEST = 4_000
PEM = re.compile(rb"-----BEGIN [^-]+-----.+?-----END [^-]+-----\n?", re.DOTALL)
PATIENCE = 5.0


class Witness:
    """Takes a checkpoint when one of the keys signed it and it contradicts nothing kept before."""

    def __init__(self, path: Path, pems: Sequence[bytes]) -> None:
        """Reads what is kept already. ValueError for what is no Ed25519 key."""
        self.path = path
        found = [key for pem in pems for key in _public_keys(pem)]
        self.keys = {signing.key_id(key): key for key in found}
        self.lock = threading.Lock()
        self.kept: dict[str, statements.Statement] = {}
        for line in file.lines(path) if path.exists() else ():
            signed = statements.read(line)
            if signed and signed.is_by(self.keys):
                self._remember(signed.statement)

    def take(self, body: bytes) -> tuple[int, dict[str, object]]:
        """HTTP status and answer: 200 kept, 400 unreadable, 403 not signed, 409 contradicts."""
        try:
            line = webhook.line_of(body)
        except (ValueError, RecursionError):
            return 400, {"error": "no checkpoint"}
        signed = statements.read(line)
        if signed is None:
            return 400, {"error": "no checkpoint"}
        if not signed.is_by(self.keys):
            return 403, {"error": "not signed by a key that is accepted here"}
        with self.lock:
            return self._take(signed)

    def _take(self, signed: statements.Signed) -> tuple[int, dict[str, object]]:
        said, kept = signed.statement, self.kept.get(signed.statement.database)
        if kept and kept.seq == said.seq and kept.hash == said.hash:
            return 200, {"kept": said.seq, "hash": said.hash}
        # One that was held up comes late, but was written before; a journal that was cut and
        # written on tells less, later.
        if kept and (kept.seq == said.seq or (kept.seq > said.seq and kept.at < said.at)):
            return 409, {"error": "contradicts what is kept", "kept": kept.seq, "hash": kept.hash}
        file.append(self.path, signed.line())
        self._remember(said)
        return 200, {"kept": said.seq, "hash": said.hash}

    def _remember(self, said: statements.Statement) -> None:
        kept = self.kept.get(said.database)
        if kept is None or kept.seq < said.seq:
            self.kept[said.database] = said


def server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server that hands what is posted to the witness."""

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or len(length) > 6 or not 0 < int(length) <= LARGEST:
                self.send_error(413)
                return
            status, answer = witness.take(self.rfile.read(int(length)))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", webhook.CONTENT)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Who asked is nobody's business."""

    made = ThreadingHTTPServer((host, port), Handler)
    made.daemon_threads = True
    return made


def serve(witness: Witness, host: str, port: int) -> None:
    """Listen until interrupted."""
    with server(witness, host, port) as running:
        running.serve_forever()


def _public_keys(text: bytes) -> list[Ed25519PublicKey]:
    """All keys of a file; `lianxin journal key` writes a line that names each above it."""
    found = []
    for pem in PEM.findall(text):
        try:
            key = load_pem_public_key(pem)
        except ValueError as error:
            raise ValueError("A key cannot be read: it must be a public key in PEM") from error
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("A key is of another kind: checkpoints are signed with Ed25519")
        found.append(key)
    if not found:
        raise ValueError("A file holds no public key in PEM")
    return found
