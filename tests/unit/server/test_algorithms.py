"""Algorithms as a form can ask for their settings."""

from typing import Annotated

import pytest
from msgspec import Meta, Struct

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.plugins import discover
from krausen.server.algorithms import DRAFT, UNIT, AlgorithmBody, facts_of, schema_of

KNOWN = facts_of(discover(algorithms, "ALGORITHM", Algorithm))


class Corner(Struct, frozen=True):
    """A part of settings."""

    delay_s: float


class Shape(Struct, frozen=True, kw_only=True):
    """Settings that are made of others."""

    corners: tuple[Corner, ...]
    width: Annotated[int, Meta(title="Width", ge=1)] = 2


def test_algorithms_come_by_name_with_what_their_files_say() -> None:
    names = [one.name for one in KNOWN]
    assert names == sorted(names)
    assert {"hysteresis", "pid", "cascade", "fixed_output"} <= set(names)
    assert all(one.title and len(one.description) > 20 for one in KNOWN)


@pytest.mark.parametrize("known", KNOWN, ids=lambda one: one.name)
def test_every_setting_has_a_title_a_default_and_bounds_or_choices(known: AlgorithmBody) -> None:
    assert (known.schema["$schema"], known.schema["type"]) == (DRAFT, "object")
    for field in known.schema["properties"].values():
        assert field["title"]
        assert "default" in field
        assert "enum" in field or {"minimum", "maximum"} <= set(field)


def test_units_are_named_where_they_are_known() -> None:
    (pid,) = (one for one in KNOWN if one.name == "pid")
    units = {name: field.get(UNIT) for name, field in pid.schema["properties"].items()}
    assert (units["between_c"], units["integral_h"], units["rest_min"], units["gain"]) == (
        "K",
        "h",
        "min",
        None,
    )
    (cascade,) = (one for one in KNOWN if one.name == "cascade")
    assert cascade.schema["properties"]["rate_c_h"][UNIT] == "K/h"


def test_settings_that_others_are_made_of_are_beside_the_rest() -> None:
    schema = schema_of(Shape)
    assert schema["properties"]["width"]["minimum"] == 1
    assert schema["properties"]["corners"]["items"] == {"$ref": "#/$defs/Corner"}
    assert schema["$defs"]["Corner"]["properties"]["delay_s"][UNIT] == "s"
