"""GeoReport v2 as OpenAPI, written from the specification: for readers of descriptions."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": ["string", "null"]}
NAMED: Schema = {"type": "string", "minLength": 1}
MOMENT: Schema = {"type": "string", "format": "date-time"}
KINDS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
ERRORS: Schema = {"type": "array", "minItems": 1, "items": {
    "type": "object", "required": ["code", "description"],
    "properties": {"code": {"type": "string", "pattern": "^[45][0-9][0-9]$"},
                   "description": NAMED},
}}  # fmt: skip
ROW = {
    "services": {"service_code": NAMED, "service_name": NAMED, "type": {"const": "realtime"},
                 "metadata": {"type": "boolean"}, "description": TEXT, "keywords": TEXT,
                 "group": TEXT},
    "requests": {"service_request_id": NAMED, "status": {"enum": ["open", "closed"]},
                 "service_code": NAMED, "requested_datetime": MOMENT},
    "filed": {"service_request_id": NAMED, "service_notice": TEXT, "account_id": TEXT},
    "updates": {"update_id": NAMED},
    "tokens": {"service_request_id": NAMED, "token": NAMED},
}  # fmt: skip
QUERY: dict[str, Schema] = {
    "service_request_id": TEXT, "service_code": TEXT, "start_date": MOMENT, "end_date": MOMENT,
    "status": {"enum": ["open", "closed", "open,closed"]}, "page": {"type": "integer"},
    "page_size": {"type": "integer"}, "jurisdiction_id": {"enum": ["localhost", "x"]},
}  # fmt: skip
FILED: dict[str, Schema] = {
    "jurisdiction_id": {"enum": ["localhost"]}, "lat": {"type": "number"},
    "long": {"type": "number"}, "address_string": TEXT, "address_id": TEXT, "email": TEXT,
    "device_id": TEXT, "account_id": TEXT, "first_name": TEXT, "last_name": TEXT, "phone": TEXT,
    "description": TEXT, "media_url": TEXT, "attribute[fault]": {"enum": ["out", "flickers", ""]},
}  # fmt: skip
ADDED: dict[str, Schema] = {
    "update_id": NAMED, "updated_datetime": MOMENT, "description": TEXT, "media_url": TEXT,
    "status": {"enum": ["OPEN", "FIXED", "CLOSED", "x"]},
}  # fmt: skip


def description(key: str, numbers: list[str], codes: list[str]) -> Schema:
    """The whole of it, asked with this key about these numbers and categories."""
    paths: Schema = {}
    number = _parameter("number", {"enum": numbers}, "path")
    code = _parameter("code", {"enum": codes}, "path")
    query = [_parameter(name, schema, "query") for name, schema in QUERY.items()]
    for form in KINDS:
        v2 = "/open311/v2"
        paths[f"/open311/discovery.{form}"] = {"get": _operation(form, "")}
        paths[f"{v2}/services.{form}"] = {"get": _operation(form, "services")}
        paths[f"{v2}/services/{{code}}.{form}"] = {"get": _operation(form, "", [code])}
        paths[f"{v2}/requests.{form}"] = {
            "get": _operation(form, "requests", query),
            "post": _operation(form, "filed") | _body(
                {"api_key": {"enum": [key]}, "service_code": {"enum": codes}}, FILED
            ),
        }  # fmt: skip
        paths[f"{v2}/requests/{{number}}.{form}"] = {"get": _operation(form, "", [number])}
        paths[f"{v2}/tokens/{{number}}.{form}"] = {"get": _operation(form, "tokens", [number])}
        paths[f"{v2}/servicerequestupdates.{form}"] = {
            "get": _operation(form, "updates", query),
            "post": _operation(form, "updates") | _body(
                {"api_key": {"enum": [key]}, "service_request_id": {"enum": numbers}}, ADDED
            ),
        }  # fmt: skip
    return {"openapi": "3.1.0", "info": {"title": "GeoReport", "version": "2"}, "paths": paths}


def _parameter(name: str, schema: Schema, at: str) -> Schema:
    return {"name": name, "in": at, "required": at == "path", "schema": schema}


def _body(needed: dict[str, Schema], more: dict[str, Schema]) -> Schema:
    schema = {"type": "object", "properties": needed | more, "required": list(needed)}
    return {"requestBody": {
        "required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    }}  # fmt: skip


def _operation(form: str, row: str, parameters: list[Schema] | None = None) -> Schema:
    rows: Schema = {"type": ["array", "object"]}
    if row:
        one = {"type": "object", "properties": ROW[row], "required": list(ROW[row])}
        rows = {"type": "array", "items": one}
    faults = dict.fromkeys(("400", "403", "404", "405", "413"), _answer(form, ERRORS))
    return {"parameters": parameters or [], "responses": {"200": _answer(form, rows)} | faults}


def _answer(form: str, schema: Schema) -> Schema:
    content = {KINDS[form]: {"schema": schema} if form == "json" else {}}
    return {"description": "", "content": content}
