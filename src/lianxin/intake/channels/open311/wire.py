"""How answers are written: JSON and XML of one tree, as the Spark convention maps them.

A list is an array in JSON, without the name of its container, and a container of equal elements in
XML (wiki.open311.org/JSON_and_XML_Conversion). Every value but a truth value is text: the
published schemas know no numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
ELEMENTS = {
    "attributes": "attribute", "endpoints": "endpoint", "errors": "error", "formats": "format",
    "service_request_updates": "request_update", "service_requests": "request",
    "services": "service", "values": "value",
}  # fmt: skip
"""What the elements of a container are called in XML."""
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2)."""
LONGEST = 4_000


@dataclass(eq=False)
class Fault(Exception):  # noqa: N818 - the specification calls it an error, the reader is told it
    """What is wrong with a request: the HTTP status, and each thing in words."""

    status: int
    texts: Sequence[str]


def written(form: str, container: str, tree: Any) -> bytes:
    """A tree of texts, truth values, lists and mappings in one of `FORMATS`.

    ``container`` is what the outermost element is called in XML.
    """
    if form == "json":
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
    root = _element(container, tree)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def errors(fault: Fault) -> list[dict[str, str]]:
    """The list of errors that the specification asks for."""
    return [{"code": str(fault.status), "description": text} for text in fault.texts]


def moment(at: datetime) -> str:
    """A date and time as W3C's note on ISO 8601 writes it, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, Mapping):
        element.extend(_element(key, inner) for key, inner in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        element.extend(_element(ELEMENTS[name], inner) for inner in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = NOT_XML.sub("", value)
    return element
