"""What a controller measures: `T:`, and the raw values of an ESP's probes, `R:`."""

from msgspec import Struct

from krausen.errors import Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.scalars import (
    Reading,
    Unit,
    braces,
    fixed,
    in_unit,
    objects,
    parsed_object,
    perhaps_temperature,
    quoted,
    temperature,
    whole,
    word,
)
from krausen.protocols.brewpi.states import State


class Temperatures(Struct, frozen=True, kw_only=True):
    """What is measured, wanted and done; None where there is no probe or no setpoint, notes where one is new.

    An ESP that measures or wants an exact 0 in its unit cannot be told from one that has nothing to say.
    """

    beer_c: float | None = None
    beer_set_c: float | None = None
    beer_note: str | None = None
    fridge_c: float | None = None
    fridge_set_c: float | None = None
    fridge_note: str | None = None
    room_c: float | None = None
    state: State = State.IDLE


class Raw(Struct, frozen=True):
    """A probe as an ESP reads it, without a filter."""

    address: str
    value_c: float
    name: str = ""


class RawProbes(Struct, frozen=True):
    """All probes as an ESP reads them."""

    probes: tuple[Raw, ...]


def decode(body: str, family: Family, unit: Unit) -> Temperatures:
    """Read the body of `T:`. Raises Invalid."""
    reading = Reading(parsed_object(body))

    def measured(key: str) -> float | None:
        return reading.get(key, lambda raw: perhaps_temperature(raw, unit, family), None)

    temperatures = Temperatures(
        beer_c=measured("BeerTemp"),
        beer_set_c=measured("BeerSet"),
        beer_note=reading.get("BeerAnn", word, None),
        fridge_c=measured("FridgeTemp"),
        fridge_set_c=measured("FridgeSet"),
        fridge_note=reading.get("FridgeAnn", word, None),
        # An ESP tells a room probe that is not there by an empty text, so its zero is one.
        room_c=reading.get("RoomTemp", lambda raw: temperature(raw, unit), None),
        state=reading.need("State", _state, State.IDLE),
    )
    reading.finish()
    return temperatures


def encode(told: Temperatures, family: Family, unit: Unit) -> str:
    """Write the body of `T:`."""
    decimals = 1 if family is Family.ESP else 2

    def written(value_c: float | None) -> str:
        return fixed(None if value_c is None else in_unit(value_c, unit), decimals, family)

    pairs = {
        "BeerTemp": written(told.beer_c),
        "BeerSet": written(told.beer_set_c),
        "BeerAnn": quoted(told.beer_note),
        "FridgeTemp": written(told.fridge_c),
        "FridgeSet": written(told.fridge_set_c),
        "FridgeAnn": quoted(told.fridge_note),
    }
    if told.room_c is not None:
        pairs["RoomTemp"] = written(told.room_c)
    elif family is Family.ESP:
        pairs["RoomTemp"] = quoted("")
    return braces({**pairs, "State": str(int(told.state))}.items())


def decode_raw(body: str, unit: Unit) -> RawProbes:
    """Read the body of `R:`. Raises Invalid."""
    probes: list[Raw] = []
    for said in objects(body):
        reading = Reading(said)
        address, name = reading.get("device", word, ""), reading.get("name", word, "")
        value_c = reading.need("value", lambda raw: temperature(raw, unit), 0.0)
        reading.finish()
        probes.append(Raw(address, value_c, name))
    return RawProbes(tuple(probes))


def encode_raw(told: RawProbes, unit: Unit) -> str:
    """Write the body of `R:`."""
    listed = (
        braces(
            (
                ("device", quoted(one.address)),
                ("value", f"{in_unit(one.value_c, unit):.3f}"),
                ("name", quoted(one.name)),
            )
        )
        for one in told.probes
    )
    return f"[{','.join(listed)}]"


def _state(raw: object) -> State:
    value = whole(raw)
    try:
        return State(value)
    except ValueError as error:
        raise Invalid(f"{value} is no state of a controller.") from error
