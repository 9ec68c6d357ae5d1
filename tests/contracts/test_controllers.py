"""Every driver of controllers keeps its contract. A new file is tested by being there."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from krausen.drivers import controllers, discovery
from krausen.errors import Invalid
from krausen.model.quantities import Quantity
from krausen.model.series import is_name
from krausen.model.vessel import Role
from krausen.plugins import discover
from krausen.ports.controller import ControllerDriver
from krausen.ports.discovery import Discovery

FOUND = discover(controllers, "CONTROLLER", ControllerDriver)
every_driver = pytest.mark.parametrize("driver", FOUND.values(), ids=FOUND.keys())
MEASURES = {
    Role.BEER: Quantity.TEMPERATURE,
    Role.CHAMBER: Quantity.TEMPERATURE,
    Role.AMBIENT: Quantity.TEMPERATURE,
    Role.GRAVITY: Quantity.GRAVITY,
    Role.HEAT: Quantity.SWITCH,
    Role.COOL: Quantity.SWITCH,
}
"""What a series of a role is of."""


def examples(driver: ControllerDriver) -> Iterator[Struct]:
    """Give settings that its own form shows as examples; each field that must be filled in has some."""
    required = [field for field in msgspec.structs.fields(driver.settings) if field.required]
    for number in range(max((len(shown(field)) for field in required), default=1)):
        values = {field.name: shown(field)[number % len(shown(field))] for field in required}
        yield msgspec.convert(values, driver.settings)


def shown(field: msgspec.structs.FieldInfo) -> list[Any]:
    metas = [meta for meta in getattr(field.type, "__metadata__", ()) if isinstance(meta, Meta)]
    return list(metas[0].examples or []) if metas else []


@every_driver
def test_it_says_what_it_measures_in_names_that_a_series_may_have(driver: ControllerDriver) -> None:
    metrics = [spec.metric for spec in driver.series]
    assert metrics
    assert len(set(metrics)) == len(metrics)
    assert all(map(is_name, metrics))
    assert all(spec.resolution >= 0 for spec in driver.series)


@every_driver
def test_the_roles_that_it_can_play_are_of_series_that_it_has_and_of_the_right_quantity(
    driver: ControllerDriver,
) -> None:
    quantities = {spec.metric: spec.quantity for spec in driver.series}
    assert Role.BEER in driver.measures or Role.CHAMBER in driver.measures
    for role, metric in driver.measures.items():
        assert quantities[metric] is MEASURES[Role(role)], f"{role} is {metric}"


@every_driver
def test_its_form_shows_examples_of_what_must_be_filled_in(driver: ControllerDriver) -> None:
    assert list(examples(driver))


@every_driver
def test_the_same_settings_are_the_same_place_and_others_another(driver: ControllerDriver) -> None:
    places = [driver.place(settings) for settings in examples(driver)]
    assert places == [driver.place(settings) for settings in examples(driver)]
    assert len(set(places)) == len(places)
    assert all(places)


@every_driver
def test_it_reads_at_least_every_minute(driver: ControllerDriver) -> None:
    assert all(0 < driver.every_s(settings) <= 60 for settings in examples(driver))


@every_driver
@given(text=st.text(max_size=80) | st.from_regex(r"(tcp|script|serial)://.{0,30}", fullmatch=True))
def test_any_text_for_a_place_is_one_or_is_refused_with_the_field(
    driver: ControllerDriver, text: str
) -> None:
    for field in msgspec.structs.fields(driver.settings):
        assert refused_at(driver, {field.name: text}) in ([], [f"/{field.name}"])


def refused_at(driver: ControllerDriver, settings: dict[str, str]) -> list[str]:
    """Give where the faults are for which settings are no place; none where they are one, or no settings."""
    try:
        assert driver.place(msgspec.convert(settings, driver.settings))
    except msgspec.ValidationError:
        return []
    except Invalid as failure:
        return [fault.where for fault in failure.faults] or ["nowhere"]
    return []


LOOKING = discover(discovery, "DISCOVERY", Discovery)
every_way = pytest.mark.parametrize("way", LOOKING.values(), ids=LOOKING.keys())


@every_way
def test_a_way_to_look_touches_nothing_before_somebody_looks(way: Discovery) -> None:
    assert isinstance(way.look(), AsyncIterator)
    assert way.title == way.title.strip() != ""
