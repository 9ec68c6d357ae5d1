"""The permanent memory of an emulated board."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import NotFound, OperatorNeeded
from krausen.model.vessel import Role
from krausen.protocols.brewpi.devices import Function, unfit
from krausen.simulation.brewpi.memory import blank, decode, encode, fresh
from krausen.simulation.brewpi.model import ADDRESSES, MODELS, model_of, role_at
from tests.unit.simulation.brewpi.emulated import NAMES, ask, board, live, only

every = pytest.mark.parametrize("name", NAMES)


def test_a_board_that_nobody_knows_is_refused_with_the_names_of_the_others() -> None:
    assert model_of("uno") is MODELS["uno"]
    with pytest.raises(NotFound, match="uno, esp8266, esp32"):
        model_of("mega")


def test_probes_have_valid_addresses_of_their_own() -> None:
    assert [role_at(address) for address in ADDRESSES.values()] == list(ADDRESSES)
    assert role_at("28FF000000000000") is None
    for address in ADDRESSES.values():
        crc = 0
        for byte in bytes.fromhex(address):
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
        assert crc == 0, "a whole address with its check leaves nothing (Maxim application note 27)"


@every
def test_what_a_new_board_has_installed_suits_it(name: str) -> None:
    model = MODELS[name]
    installed = [device for device in fresh(model).slots if device.function is not Function.NONE]
    assert [unfit(device, model.board, installed) for device in installed] == [()] * 5


@every
def test_a_memory_is_read_as_it_was_written(name: str) -> None:
    one = board(name)
    ask(one, 'j{mode:"p", beerSet:17.25, Kp:6.5, tempFormat:"F"}')
    ask(one, 'U{"i":3,"f":0}')
    kept = one.firmware.kept
    assert decode(encode(kept), MODELS[name]) == kept


@every
def test_a_board_goes_on_from_its_memory_after_a_power_cut(name: str) -> None:
    before = board(name)
    ask(before, 'j{mode:"b", beerSet:17.25, Kp:6.5}', 'U{"i":2,"f":0}')
    if name != "uno":
        ask(before, 'X{"glycol":true}', f'o{{"{ADDRESSES[Role.BEER]}":"well"}}')
    live(before, 1)
    after = board(name, decode(encode(before.firmware.kept), MODELS[name]))
    for question in ("s", "c", "d{}", *(("x", "p") if name != "uno" else ())):
        assert only(after, question) == only(before, question)


def test_the_memory_changes_only_when_something_is_written_to_it() -> None:
    one = board("esp8266")
    kept = one.firmware.kept
    ask(one, "t", "s", "d{}", "h{v:1}")
    live(one, 100)
    assert one.firmware.kept is kept
    ask(one, "j{beerSet:12}")
    assert one.firmware.kept is not kept


def test_in_a_profile_small_steps_are_not_written_to_the_memory() -> None:
    one = board("uno")
    ask(one, 'j{mode:"p", beerSet:18}')
    ask(one, "j{beerSet:18.2}")
    assert one.firmware.kept.settings.beer_set_c == 18.0
    ask(one, "j{beerSet:18.5}")
    assert one.firmware.kept.settings.beer_set_c == 18.5


def test_default_constants_are_not_written_until_something_else_is() -> None:
    one = board("uno")
    ask(one, "j{Kp:7}", "C")
    assert one.firmware.kept.constants.kp == 7.0
    ask(one, "j{Ki:0.5}")
    assert one.firmware.kept.constants.kp == 5.0


def test_the_memory_of_another_board_is_refused() -> None:
    with pytest.raises(OperatorNeeded, match="--board uno"):
        decode(encode(blank(MODELS["uno"])), MODELS["esp32"])


def test_a_memory_without_all_its_slots_is_refused() -> None:
    document = json.loads(encode(blank(MODELS["uno"])))
    document["slots"].pop()
    with pytest.raises(OperatorNeeded, match="slots 0 to 15"):
        decode(json.dumps(document).encode(), MODELS["uno"])


@given(st.binary())
def test_what_is_no_memory_is_refused(document: bytes) -> None:
    with pytest.raises(OperatorNeeded):
        decode(document, MODELS["esp8266"])
