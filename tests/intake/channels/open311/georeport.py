"""A caller that believes no answer: each is checked against schemas written from the specification.

Both formats: the XML by `georeport.xsd`; the JSON by rules for its values, and by writing it as XML
again (the Spark convention, which names no container) and asking the same schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.test import Client
from lxml import etree

TOP = "/open311/v2"
ITEMS = {
    "attributes": "attribute", "endpoints": "endpoint", "errors": "error", "formats": "format",
    "service_request_updates": "request_update", "service_requests": "request",
    "services": "service", "values": "value",
}  # fmt: skip
NEEDED = {
    "services": {"service_code", "service_name", "metadata", "type"},
    "service_requests": {"service_request_id", "status", "service_code", "requested_datetime"},
}
"""What the published JSON schemas of GeoReport v2 ask of each row (open311/schema-validation)."""


class NotAsSpecified(AssertionError):  # noqa: N818 - reads as what was found
    """An answer that the specification does not allow."""


@cache
def schema() -> etree.XMLSchema:
    """The schema of every answer in XML."""
    return etree.XMLSchema(etree.parse(Path(__file__).with_name("georeport.xsd")))


def container(path: str, status: int) -> str:
    """What the outermost element of an answer is called."""
    if status >= 400:
        return "errors"
    for part in ("discovery", "services/", "services", "servicerequestupdates"):
        if f"/{part}" in path:
            return {"services/": "service_definition",
                    "servicerequestupdates": "service_request_updates"}.get(part, part)  # fmt: skip
    return "service_requests"


def checked(answer: Any, path: str, *, listed: bool = False) -> Any:
    """The content of an answer, if it is as specified; ``listed``: rows of a list of requests."""
    form = path.partition("?")[0].rpartition(".")[2]
    kind, body = answer.headers["Content-Type"], answer.content
    name = container(path, answer.status_code)
    if form == "json":
        if kind != "application/json; charset=utf-8":
            raise NotAsSpecified(kind)
        tree = json.loads(body.decode("utf-8"))
        for row in tree if isinstance(tree, list) else [tree]:
            _values(row)
            if listed and not NEEDED.get(name, set()) <= {
                key for key, value in row.items() if value not in (None, "")
            }:
                raise NotAsSpecified(f"{name}: {row}")
        _valid(_as_xml(name, tree).encode(), name)
        return tree
    if kind != "text/xml; charset=utf-8" or not body.lower().startswith(b"<?xml version"):
        raise NotAsSpecified(f"{kind}: {body[:40]!r}")
    return _valid(body, name)


def _valid(body: bytes, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    tree = etree.fromstring(body, parser)
    if tree.tag != name or not schema().validate(tree):
        raise NotAsSpecified(f"{tree.tag}, wanted {name}: {schema().error_log}")
    return tree


def _values(row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        if isinstance(value, list):
            for inner in value:
                if isinstance(inner, dict):
                    _values(inner)
        elif not (value is None or isinstance(value, str | bool)):
            raise NotAsSpecified(f"{name} is {value!r}: neither text, truth value nor null")


def _as_xml(name: str, value: Any) -> str:
    if isinstance(value, list):
        inner = "".join(_as_xml(ITEMS[name], one) for one in value)
    elif isinstance(value, dict):
        inner = "".join(_as_xml(key, one) for key, one in value.items())
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = escape(value or "")
    return f"<{name}>{inner}</{name}>"


class Caller:
    """Another system, with or without a key."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        # As a real caller: no cookie, no token of a form.
        self.browser = Client(enforce_csrf_checks=True)

    def get(self, path: str, status: int = 200, /, **query: str) -> Any:
        """Ask for a path below /open311/v2, `requests.json`; the checked content."""
        path = path if path.startswith("/") else f"{TOP}/{path}"
        answer = self.browser.get(path, query)
        assert answer.status_code == status, answer.content.decode()
        listed = f"{TOP}/requests" in path or f"{TOP}/services." in path
        return checked(answer, path, listed=listed and status == 200)

    def post(
        self,
        path: str,
        fields: Mapping[str, Any],
        status: int = 200,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send fields, with the key; the checked content."""
        given = {"api_key": self.key} if self.key else {}
        answer = self.browser.post(f"{TOP}/{path}", {**given, **fields}, headers=headers)
        assert answer.status_code == status, answer.content.decode()
        return checked(answer, f"{TOP}/{path}")

    def file(self, status: int = 200, /, **fields: Any) -> Any:
        """File a street light that is out; ``fields`` change what is sent, None leaves out."""
        wanted = {
            "service_code": "roads.lights", "address_string": "东关大街12号",
            "description": "路灯坏了三天。", "attribute[fault]": "out", **fields,
        }  # fmt: skip
        kept = {name: value for name, value in wanted.items() if value is not None}
        found = self.post("requests.json", kept, status)
        return found[0] if status == 200 else found
