"""The reference page of the generic push, docs/reference/generic-push.md, made of what is sent."""

import inspect
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from krausen.wire import export

_HEAD = """\
# Generic push, version {version}

The format in which Krausen tells others how things stand: one JSON object for each push, by HTTP or TCP. It
is that of Fermentrack's push, whose receivers take it unchanged. How to push, receive and join is in
[the guide](../guides/push-format.md).

* What is not known is left out: an absent key means *unknown*. Nothing is ever `null`. Zero, idle and off are
  values.
* Receivers pass over keys they do not know: more may be added, and none of these changes while `version` is
  `{version}`.
* Keys with a star are Krausen's own; receivers that were made for Fermentrack pass over them.
* It is UTF-8 on one line, with the media type `{media_type}`. Numbers are finite.\
"""


def page() -> str:
    """Give the page."""
    document = export.schema()
    parts = [_HEAD.format(version=export.VERSION, media_type=export.MEDIA_TYPE)]
    parts += ["## Example", _json(msgspec.to_builtins(export.EXAMPLE))]
    for title, kind in (
        ("The push", export.Push),
        ("`brewpi_devices`", export.Controller),
        ("`gravity_sensors`", export.Sensor),
    ):
        parts += [f"## {title}", inspect.getdoc(kind) or "", _table(kind, document)]
    parts += ["## JSON Schema", _json(document)]
    return "\n\n".join([*parts, "*Written by `python -m tools.reference` from the program itself.*"]) + "\n"


def _table(kind: type[Struct], document: dict[str, Any]) -> str:
    return "\n".join(["| key | type | always | what |", "|---|---|---|---|", *_rows(kind, document)])


def _rows(kind: type[Struct], document: dict[str, Any]) -> Iterator[str]:
    told = document["$defs"][kind.__name__]
    for name, field in told["properties"].items():
        always = "yes" if name in told["required"] else ""
        star = "*" if name in export.OUR_KEYS else ""
        yield f"| `{name}`{star} | {_type_of(field)} | {always} | {field['description']} |"


def _type_of(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " ".join(f"`{one}`" for one in field["enum"])
    return "array of objects" if field["type"] == "array" else str(field["type"])


def _json(document: object) -> str:
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return f"```json\n{text}\n```"
