"""The description of all calls as a page that needs no script and nothing from elsewhere."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import Any

from litestar import Response, get

from krausen.server.web.describe import description
from krausen.server.web.plain import plain

Part = Mapping[str, Any]

_PROOFS = {"session": "a sign-in", "token": "a token", "login": "login and password"}


@get("/api", include_in_schema=False)
async def browse() -> Response[str]:
    """Show all calls. Open to all."""
    return plain("Krausen: calls", _body())


@cache
def _body() -> str:
    return "\n".join(body_of(description()))


def body_of(described: Part) -> Iterator[str]:
    """Give an OpenAPI description as HTML."""
    yield "<main>\n<h1>The calls of Krausen</h1>"
    yield _prose(described["info"]["description"])
    yield '<p>For programs: <a href="/api/v1/openapi.json">the same as OpenAPI 3.1</a>.</p>'
    calls = [(path, *call) for path, item in described["paths"].items() for call in item.items()]
    for tag in dict.fromkeys(call["tags"][0] for _, _, call in calls):
        yield f"<h2>{escape(tag.capitalize())}</h2>"
        for path, method, call in calls:
            if call["tags"][0] == tag:
                yield from _call(path, method, call)
    yield "<h2>Bodies</h2>"
    for name, schema in sorted(described["components"]["schemas"].items()):
        yield f'<section id="{escape(name)}">\n<h3>{escape(name)}</h3>'
        yield _prose(schema.get("description", ""))
        yield _fields(schema)
        yield "</section>"
    yield "</main>"


def _call(path: str, method: str, call: Part) -> Iterator[str]:
    yield f"<details>\n<summary><strong>{method.upper()}</strong> <code>{escape(path)}</code>"
    yield f"{escape(call['summary'])}</summary>"
    yield _prose(call.get("description", ""))
    yield f"<p>{_proofs(call['security'])}</p>"
    if call.get("parameters"):
        rows = ((p["name"], _parameter(p), p.get("description", "")) for p in call["parameters"])
        yield _table("Parameters", rows)
    for kind, body in call.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body, <code>{kind}</code>: {_shape(body['schema'])}</p>"
    answers = (
        (status, _answer(answer), answer["description"]) for status, answer in call["responses"].items()
    )
    yield _table("Answers", answers)
    yield "</details>"


def _proofs(security: list[dict[str, list[str]]]) -> str:
    if not security:
        return "Open to all."
    return f"With {' or '.join(_PROOFS[kind] for proof in security for kind in proof)}."


def _parameter(parameter: Part) -> str:
    where = "" if parameter["in"] == "query" else f", in the {parameter['in']}"
    return f"{_shape(parameter['schema'])}{where}{'' if parameter['required'] else ', optional'}"


def _answer(answer: Part) -> str:
    return " or ".join(dict.fromkeys(_shape(body["schema"]) for body in answer.get("content", {}).values()))


def _fields(schema: Part) -> str:
    if "properties" not in schema:
        return f"<p>{_shape(schema)}</p>"
    needed = schema.get("required", ())
    rows = (
        (name, _shape(kind), "" if name in needed else "optional")
        for name, kind in schema["properties"].items()
    )
    return _table("", rows)


def _table(caption: str, rows: Iterator[tuple[str, str, str]]) -> str:
    """Make a table of a name, what is HTML already, and a remark in each row."""
    body = "\n".join(
        f"<tr><th scope=row><code>{escape(name)}</code></th><td>{kind}</td><td>{_inline(remark)}</td></tr>"
        for name, kind, remark in rows
    )
    title = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{title}\n{body}\n</table>"


def _shape(schema: Part) -> str:
    """Give a schema in a few words of HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return " or ".join(map(_shape, choices))
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    match schema.get("type"):
        case "array":
            return f"list of {_shape(schema.get('items', {}))}"
        case "object" if "properties" in schema:
            inner = ", ".join(
                f"<code>{escape(n)}</code>: {_shape(s)}" for n, s in schema["properties"].items()
            )
            return f"{{{inner}}}"
        case "object":
            return f"map from text to {_shape(schema.get('additionalProperties') or {})}"
        case None:
            return "anything"
        case kind:
            return escape(str(kind))


def _prose(text: str) -> str:
    return "\n".join(f"<p>{_inline(part)}</p>" for part in text.strip().split("\n\n") if part)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
