"""Bodies: described by the fields of a form as JSON Schema, and read into its data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.choices import CallableChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from lianxin.kernel import words
from lianxin.pages.api.problems import Refusal
from lianxin.ui.forms import FilesField

JSON, MULTIPART = "application/json", "multipart/form-data"
Schema = dict[str, Any]
BINARY: Schema = {"type": "string", "format": "binary"}


# --- a form as a schema --------------------------------------------------------------------------
def schema_of(field: forms.Field, *, every_choice: bool = True) -> Schema:
    """What a value for this field may be. ``every_choice``: also those that the case decides."""
    found: Schema = {"title": str(field.label or "")}
    if field.help_text:
        found["description"] = str(field.help_text)
    if isinstance(field, FilesField):
        return found | {"type": "array", "items": BINARY, "maxItems": field.most}
    kind: Schema = {"type": _type_of(field)}
    if isinstance(field, forms.ChoiceField):
        known = every_choice or not isinstance(
            getattr(field, "_choices", None), CallableChoiceIterator
        )
        kind |= {"oneOf": _choices(field)} if known and _choices(field) else {}
    if isinstance(field, forms.MultipleChoiceField):
        return found | {"type": "array", "items": kind}
    limit = getattr(field, "max_length", None)
    kind |= {"maxLength": limit} if limit else {}
    kind |= _format(field)
    if not field.required:
        kind = {"anyOf": [kind, {"type": "null"}]}
    return found | kind


def _type_of(field: forms.Field) -> Any:
    if isinstance(field, forms.BooleanField):
        return "boolean"
    if isinstance(field, forms.DecimalField):
        return ["number", "string"]
    if isinstance(field, forms.IntegerField) or getattr(field, "coerce", None) is int:
        return "integer"
    return "string"


def _format(field: forms.Field) -> Schema:
    for kind, name in (
        (forms.DateTimeField, "date-time"), (forms.DateField, "date"), (forms.EmailField, "email"),
    ):  # fmt: skip
        if isinstance(field, kind):
            return {"format": name}
    return {}


def _choices(field: forms.ChoiceField) -> list[Schema]:
    whole = getattr(field, "coerce", None) is int
    return [
        {"const": int(value) if whole else str(value), "title": strip_tags(str(label))}
        for value, label in _flat(cast(Any, field.choices))
        if not (whole and value in ("", None))
    ]


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield value, label


def described(
    fields: Mapping[str, forms.Field],
    *,
    grown: Iterable[str] = (),
    required: bool = True,
    files: bool = False,
    every_choice: bool = True,
) -> Schema:
    """A body with these fields. ``grown``: patterns of more of them; ``files``: as multipart."""
    shown = {
        name: field for name, field in fields.items() if files or not isinstance(field, FilesField)
    }
    found: Schema = {
        "type": "object",
        "properties": {
            name: schema_of(field, every_choice=every_choice) for name, field in shown.items()
        },
        "additionalProperties": False,
    }
    if needed := [name for name, field in shown.items() if field.required and required]:
        found["required"] = needed
    if patterns := {f"^{pattern}$": {"type": "string"} for pattern in grown}:
        found["patternProperties"] = patterns
    return found


def has_files(fields: Mapping[str, forms.Field]) -> bool:
    """Whether it can come with files, as multipart."""
    return any(isinstance(field, FilesField) for field in fields.values())


# --- a body as data ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Body:
    """What came: as the data of a form, as it was, and as it is compared with what came before."""

    data: QueryDict
    files: MultiValueDict[str, Any] = field(default_factory=MultiValueDict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    sent: Any = None

    @classmethod
    def none(cls) -> Body:
        """Nothing came, nor should it."""
        return cls(QueryDict())

    def faults(self, fields: Mapping[str, forms.Field]) -> list[tuple[str, str]]:
        """Values of a kind that a field does not have. Raises Refusal for unknown fields."""
        unknown = [name for name in (*self.data, *self.files, *self.raw) if name not in fields]
        if unknown:
            raise Refusal(
                400,
                _("There are fields that this does not have."),
                "unknown-fields",
                [(words.clean(name)[:80], _("There is no such field.")) for name in
                 dict.fromkeys(unknown)],
            )  # fmt: skip
        return [
            (name, _("This is not the kind of value that belongs here."))
            for name, value in self.raw.items()
            if not _fits(fields[name], value)
        ]


def _fits(field: forms.Field, value: Any) -> bool:
    """Whether a value of JSON is of the type that the schema names."""
    if value is None:
        return not field.required
    if isinstance(field, FilesField):
        return False
    kind = _type_of(field)
    if isinstance(field, forms.MultipleChoiceField):
        return isinstance(value, list) and all(_is(kind, one) for one in value)
    limit = getattr(field, "max_length", None)
    if limit and isinstance(value, str) and len(value) > limit:
        return False
    return _is(kind, value)


def _is(kind: Any, value: Any) -> bool:
    if isinstance(kind, list):
        return any(_is(one, value) for one in kind)
    if isinstance(value, bool):
        return bool(kind == "boolean")
    types = {"integer": int, "number": int | Decimal, "string": str}
    return kind in types and isinstance(value, types[kind])


def read(request: HttpRequest) -> Body:
    """The body of a post, JSON or multipart. Raises Refusal: 400 or 415."""
    if request.content_type == JSON or not (request.content_type or request.body):
        return _json(request)
    if request.content_type == MULTIPART:
        return _multipart(request)
    raise Refusal(415, _("Send JSON, or multipart/form-data with files."))


def _json(request: HttpRequest) -> Body:
    try:
        raw = json.loads(
            request.body or b"{}", parse_float=Decimal, parse_constant=_no_number,
            object_pairs_hook=_once_each,
        )  # fmt: skip
        json.dumps(raw, ensure_ascii=False, default=str).encode()  # half a character is none
    except (ValueError, RecursionError):
        raise Refusal(400, _("This is no JSON that can be read.")) from None
    if not isinstance(raw, dict):
        raise Refusal(400, _("The body must be a JSON object."))
    data = QueryDict(mutable=True)
    for name, value in raw.items():
        values = value if isinstance(value, list) else [value]
        if texts := [text for one in values if (text := _text(one)) is not None]:
            data.setlist(name, texts)
    return Body(data, raw=raw, sent=raw)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _text(value: Any) -> str | None:
    if value is None or value is False:
        return None
    return "on" if value is True else str(value)


def _multipart(request: HttpRequest) -> Body:
    data = request.POST.copy()
    sent: list[Any] = [*map(list, request.POST.lists())]
    for name, files in request.FILES.lists():
        for file in files:
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
            sent.append([name, digest.hexdigest()])
    return Body(data, request.FILES, sent=sent)
