"""What can hold a temperature, and with which settings, as a form can ask for them."""

import sys
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

import msgspec
from msgspec import Struct

from krausen.control.algorithm import Algorithm

DRAFT = "https://json-schema.org/draft/2020-12/schema"
UNIT = "x-unit"
"""The key under which a schema tells the unit of a number."""
UNITS = {"_c_h": "K/h", "_c": "K", "_h": "h", "_min": "min", "_s": "s"}
"""The unit that the end of a setting's name stands for. All temperatures among settings are differences."""

_REF = "#/$defs/{name}"


class AlgorithmBody(Struct, frozen=True, kw_only=True):
    """A way to hold a temperature; `schema` is the JSON Schema (draft 2020-12) of its settings.

    Numbers with a unit name it as `x-unit`; `K` is a difference of temperatures.
    """

    name: str
    title: str
    description: str
    schema: dict[str, Any]


def facts_of(algorithms: Mapping[str, Algorithm]) -> list[AlgorithmBody]:
    """Give algorithms by name, each with what its file says of it."""
    return [
        AlgorithmBody(
            name=name,
            title=algorithm.title,
            description=cleandoc(sys.modules[algorithm.settings.__module__].__doc__ or ""),
            schema=schema_of(algorithm.settings),
        )
        for name, algorithm in sorted(algorithms.items())
    ]


def schema_of(settings: type[Struct]) -> dict[str, Any]:
    """Give the schema of settings, those that others are made of beside it."""
    (reference,), parts = msgspec.json.schema_components([settings], ref_template=_REF)
    for part in parts.values():
        for name, field in part.get("properties", {}).items():
            unit = next((unit for end, unit in UNITS.items() if name.endswith(end)), None)
            if unit is not None:
                field[UNIT] = unit
    own = parts.pop(str(reference["$ref"]).rpartition("/")[2])
    return {"$schema": DRAFT, **own} | ({"$defs": parts} if parts else {})
