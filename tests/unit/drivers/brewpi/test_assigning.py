"""What is planned is what a firmware takes, and everything else is refused with its field."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.drivers.brewpi.assigning import Plan, is_as, planned
from krausen.drivers.brewpi.inventory import choices, id_of, inventory, io_device
from krausen.errors import Invalid
from krausen.protocols.brewpi import slots
from krausen.protocols.brewpi.boards import Board
from krausen.protocols.brewpi.devices import Device, Function
from krausen.protocols.brewpi.requests import definition
from krausen.simulation.brewpi.memory import blank, fresh
from krausen.simulation.brewpi.model import MODELS
from tests.unit.simulation.brewpi.emulated import NAMES

WORDS = [choice.function for choice in choices(MODELS["uno"].board)]
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "function": st.sampled_from(WORDS),
        "slot": st.none() | st.integers(-1, 25),
        "chamber": st.integers(-1, 6),
        "beer": st.integers(-1, 8),
        "inverted": st.booleans(),
        "calibration": st.sampled_from([0.0, 0.5, -7.5, 9.0]),
    },
)


FIELDS = {"/function", "/slot", "/chamber", "/beer", "/calibration"}


def _planned_or_refused(body: dict[str, Any], devices: Sequence[Device], board: Board) -> Plan | Invalid:
    try:
        return planned(body, devices, board)
    except Invalid as refusal:
        return refusal


@given(name=st.sampled_from(NAMES), is_new=st.booleans(), place=st.integers(0, 20), body=BODIES)
def test_a_plan_is_taken_by_the_firmware_as_it_is(
    name: str, is_new: bool, place: int, body: dict[str, Any]
) -> None:
    model = MODELS[name]
    table = (blank(model) if is_new else fresh(model)).slots
    devices = inventory(table, model.hardware())
    chosen = devices[place % len(devices)]
    plan = _planned_or_refused({"device": id_of(chosen), **body}, devices, model.board)
    if isinstance(plan, Invalid):
        assert {fault.where for fault in plan.faults} <= FIELDS
        assert plan.faults
        return
    for device in plan.freed:
        outcome = slots.define(table, definition(Device(slot=device.slot)), model.family)
        table = outcome.slots
    if plan.defined is not None:
        table = slots.define(table, definition(plan.defined), model.family).slots
        assert is_as(table[plan.defined.slot], plan.defined)
        assert sum(id_of(one) == id_of(chosen) for one in table if one.function) == 1
    else:
        assert all(id_of(one) != id_of(chosen) for one in table if one.function)
    # Nobody else was touched.
    before = {id_of(one): one for one in devices if one.function and one is not chosen}
    assert before.items() <= {id_of(one): one for one in inventory(table, model.hardware())}.items()


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_of_places_and_each_is_there_once(name: str) -> None:
    model = MODELS[name]
    devices = inventory(fresh(model).slots, model.hardware())
    ids = [io_device(one, model.board).id for one in devices]
    assert len(set(ids)) == len(ids) == len(model.hardware())
    free = [io_device(one, model.board).id for one in inventory(blank(model).slots, model.hardware())]
    assert set(free) == set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_every_device_is_of_a_type_that_choices_know(name: str) -> None:
    board = MODELS[name].board
    types = {choice.device_type for choice in choices(board)}
    assert {io_device(one, board).device_type for one in MODELS[name].hardware()} <= types
    assert Function.NONE.name.lower() == choices(board)[0].function
