"""The description of all calls, OpenAPI 3.1, made from the code."""

import json
import re
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc
from typing import Any

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme
from litestar.routes import HTTPRoute

from krausen.server.web.api import CALLS
from krausen.server.web.call import JSON, Call
from krausen.server.web.errors import ALSO, PROBLEM, TITLES, Problem
from krausen.server.web.guards import COOKIE, measures, person

ROOT = "/api/v1"
VERSION = "1"

_ABOUT = """\
Times are ISO 8601 in UTC, temperatures °C. Failures are problem details (RFC 9457) that name every bad field.

The live channels are a WebSocket at `/api/v1/live`.
"""
_PROOFS = {
    "session": SecurityScheme(type="apiKey", name=COOKIE, security_scheme_in="cookie"),
    "token": SecurityScheme(type="http", scheme="bearer"),
    "login": SecurityScheme(type="http", scheme="basic"),
}
_DONE = {"200": "Done.", "201": "Made.", "204": "Done; there is nothing to add."}
_REF = "#/components/schemas/{name}"

Part = dict[str, Any]


@get("/openapi.json", summary="This description")
async def read_description() -> Response[bytes]:
    """Open to all."""
    return Response(msgspec.json.encode(description()), media_type=JSON)


@cache
def description() -> Part:
    """Give the description."""
    app = Litestar(
        [Router(ROOT, route_handlers=CALLS)],
        request_class=Call,
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Krausen",
            version=VERSION,
            description=_ABOUT,
            license=License(name="MIT", identifier="MIT"),
            components=Components(security_schemes=dict(_PROOFS)),
            operation_id_creator=lambda handler, _method, _path: handler.handler_name,
            use_handler_docstrings=True,
        ),
    )
    found: Part = app.openapi_schema.to_schema()
    for handler, path, operation in _operations(app, found):
        _complete(handler, path, operation)
    found["components"]["schemas"] = _schemas()
    return _renamed(found)


def _operations(app: Litestar, found: Part) -> Iterator[tuple[HTTPRouteHandler, str, Part]]:
    routes = {route.path_format: route for route in app.routes if isinstance(route, HTTPRoute)}
    for path, item in found["paths"].items():
        for method, operation in item.items():
            yield routes[path].route_handler_map[method.upper()][0], path, operation


def _complete(handler: HTTPRouteHandler, path: str, operation: Part) -> None:
    """Say of a call who may make it, and every way in which it may be answered."""
    guards = handler.resolve_guards()
    operation["tags"] = [path.removeprefix(f"{ROOT}/").partition("/")[0]]
    operation["security"] = [{"session": []}, {"token": []}][: 2 * bool(guards)]
    if person in guards:
        operation["security"] = [{"session": []}]
    if measures in guards:
        operation["security"].append({"login": []})
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    for status, answer in operation["responses"].items():
        answer["description"] = _DONE.get(status, "")
    operation["responses"].get("204", {}).pop("content", None)
    for status in _statuses(handler, path, operation):
        problem = {PROBLEM: {"schema": {"$ref": _REF.format(name="Problem")}}}
        operation["responses"][str(status)] = {"description": f"{TITLES[status]}.", "content": problem}


def _statuses(handler: HTTPRouteHandler, path: str, operation: Part) -> list[int]:
    found = {400, *handler.opt.get(ALSO, ())}
    if handler.resolve_guards():
        found |= {401, 403, 503}
    if "{" in path:
        found |= {404}
    if "requestBody" in operation:
        found |= {413, 415, 422}
    if any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        found |= {422}
    return sorted(found)


def _without_null(schema: Part) -> Part:
    """Give the schema of a query parameter, which cannot be null but only absent."""
    match schema:
        case {"oneOf": [kind, {"type": "null"}], **rest}:
            return {**rest, **kind}
        case {"type": [*kinds], "enum": [*values], **rest}:
            (kind,) = set(kinds) - {"null"}
            return {**rest, "type": kind, "enum": [value for value in values if value is not None]}
    return schema


def _schemas() -> Part:
    """Give the schemas of all bodies, with what their structs say of themselves."""
    kinds = [kind for call in CALLS for kind in _kinds(call)]
    _, found = msgspec.json.schema_components([*kinds, Problem], ref_template=_REF)
    for schema in found.values():
        schema["description"] = cleandoc(schema["description"])
        for field in schema.get("properties", {}).values():
            for kind in (field, *field.get("anyOf", ())):
                if kind.get("type") == "object":
                    kind.setdefault("additionalProperties", {})
    return found


def _kinds(call: HTTPRouteHandler) -> Iterator[Any]:
    answer = call.parsed_fn_signature.return_type
    if not answer.is_subclass_of(Response):
        yield answer.annotation
    yield from (inner.annotation for inner in answer.inner_types if answer.is_subclass_of(Response))
    if call.parsed_data_field is not None:
        yield call.parsed_data_field.annotation


def _renamed(found: Part) -> Part:
    """Give collections the names of what is in them."""
    text = re.sub(r"Page_(?:\w+\.)*(\w+?)(?:Body)?_(?=\")", r"\1Page", json.dumps(found))
    renamed: Part = json.loads(text)
    return renamed
