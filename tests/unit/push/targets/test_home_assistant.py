import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from krausen.errors import Invalid, StorageAway, TargetBusy
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.ports.target import SensorNow, Shipment, VesselNow
from krausen.push.targets.home_assistant import Settings, attend, send
from krausen.testing.target import FakeCourier
from tests.unit.protocols.home_assistant_rules import faults

pytestmark = pytest.mark.anyio

SETTINGS = Settings(host="broker.example", may_set=True)
FASS = VesselNow(
    id="fass",
    number=1,
    name="Fass",
    at=1,
    mode=Mode.BEER,
    beer=18.31,
    beer_setpoint=18.0,
    lowest=0.0,
    highest=26.0,
)
KEG = VesselNow(id="keg", number=2, name="Keg", at=1, mode=Mode.OFF, beer=3.0, lowest=4.0, highest=26.0)
RED = SensorNow(id="s7", number=1, name="Red", kind="tilt", at=1, gravity=1.0421, temperature=18.2)
CONFIG = "homeassistant/device/krausen/{}/config"

DEGREES = st.none() | st.floats(-40.0, 120.0)
VESSELS = st.builds(
    VesselNow,
    id=st.text(min_size=1, max_size=6),
    number=st.just(1),
    name=st.text(min_size=1, max_size=12),
    at=st.none(),
    mode=st.sampled_from(Mode),
    state=st.none() | st.sampled_from(ControlState),
    **dict.fromkeys(("beer", "chamber", "ambient", "beer_setpoint", "chamber_setpoint"), DEGREES),
    heat=st.none() | st.booleans(),
    cool=st.none() | st.booleans(),
    gravity=st.none() | st.floats(0.95, 1.2),
    batch=st.text(max_size=300),
    lowest=DEGREES,
    highest=DEGREES,
)


class Vessels:
    """Vessels as they are, and what was wished for them; `refusal` is what a wish meets."""

    def __init__(self, *vessels: VesselNow) -> None:
        self.now: asyncio.Queue[Sequence[VesselNow]] = asyncio.Queue()
        self.now.put_nowait(vessels)
        self.wished: list[tuple[str, Mode, float | None]] = []
        self.refusal: Exception | None = None
        self.failure: Exception | None = None

    async def wish(self, vessel: str, mode: Mode, value: float | None, _: str) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.wished.append((vessel, mode, value))

    async def vessels(self) -> AsyncIterator[Sequence[VesselNow]]:
        while self.failure is None:
            yield await self.now.get()
        raise self.failure


class Talk:
    """A conversation under way."""

    def __init__(self, courier: FakeCourier, vessels: Vessels) -> None:
        self.courier = courier
        self.vessels = vessels

    async def hears(self, topic: str, payload: bytes) -> None:
        self.courier.heard.put_nowait((topic, payload))
        await settled()

    async def turns(self, vessel: str, part: str, payload: bytes) -> None:
        await self.hears(f"krausen/vessel_{vessel}/set/{part}", payload)

    async def sees(self, *vessels: VesselNow) -> None:
        self.vessels.now.put_nowait(vessels)
        await settled()

    def told(self, topic: str) -> list[Any]:
        """Give what was published on a topic, the newest last."""
        payloads = [payload for where, payload, _ in self.courier.published if where == topic]
        return [json.decode(one) if one[:1] in b"{[" and one else one for one in payloads]


async def settled() -> None:
    for _ in range(40):
        await asyncio.sleep(0)


@asynccontextmanager
async def talking(vessels: Vessels, settings: Settings = SETTINGS) -> AsyncIterator[Talk]:
    talk = Talk(FakeCourier(), vessels)
    task = asyncio.get_running_loop().create_task(attend(settings, talk.courier, vessels))
    await settled()
    await talk.hears("krausen/ready", b"")
    yield talk
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@given(vessel=VESSELS, may_set=st.booleans())
async def test_every_announcement_and_every_state_keeps_the_rules(
    vessel: VesselNow, *, may_set: bool
) -> None:
    courier = FakeCourier()
    sensor = replace(RED, name=vessel.name, temperature=vessel.beer, gravity=vessel.gravity)
    shipment = Shipment(now=1, every_s=60.0, vessels=(vessel,), sensors=(sensor,))
    await send(replace(SETTINGS, may_set=may_set), shipment, courier)
    config, state, other, values, sensors = courier.published
    for (topic, announced, _), (where, said, _) in ((config, state), (other, values)):
        assert not faults(topic, json.decode(announced), json.decode(said))
        assert json.decode(announced)["state_topic"] == where
    assert sensors == ("krausen/sensors", b'["sensor_s7"]', True)
    assert all(retained for *_, retained in courier.published)


async def test_vessels_are_announced_at_once_and_told_when_they_change() -> None:
    async with talking(Vessels(FASS)) as talk:
        state = "krausen/vessel_fass/state"
        assert len(talk.told(CONFIG.format("vessel_fass"))) == 1
        assert talk.told(state)[-1]["beer"] == 18.31
        await talk.sees(replace(FASS, at=2))
        assert len(talk.told(state)) == 1
        await talk.sees(replace(FASS, at=3, beer=18.5, heat=True))
        assert (
            talk.told(state)[-1] | {"beer": 18.5, "heating": "ON", "action": "heating"}
            == talk.told(state)[-1]
        )
        assert len(talk.told(CONFIG.format("vessel_fass"))) == 1
        assert talk.told("krausen/status") == [b"online"]
    assert talk.told("krausen/status") == [b"online", b"offline"]


async def test_everything_is_said_again_when_home_assistant_has_begun() -> None:
    async with talking(Vessels(FASS, KEG)) as talk:
        before = len(talk.courier.published)
        await talk.hears("homeassistant/status", b"offline")
        assert len(talk.courier.published) == before
        await talk.hears("homeassistant/status", b"online")
        assert len(talk.courier.published) == before + 4


async def test_what_does_not_go_there_any_more_is_taken_back() -> None:
    async with talking(Vessels(FASS, KEG)) as talk:
        for name in ("vessel_fass", "vessel_keg", "vessel_long_gone", "sensor_s7", "sensor_s8"):
            await talk.hears(CONFIG.format(name), b"{}")
        assert talk.told(CONFIG.format("vessel_long_gone")) == [b""]
        assert talk.told("krausen/vessel_long_gone/state") == [b""]
        await talk.hears("krausen/sensors", b'["sensor_s7"]')
        assert talk.told(CONFIG.format("sensor_s8")) == [b""]
        assert talk.told(CONFIG.format("sensor_s7")) == []
        await talk.sees(FASS)
        assert talk.told(CONFIG.format("vessel_keg"))[-1] == b""
        assert talk.told(CONFIG.format("vessel_fass"))[-1] != b""
        await talk.sees(FASS, KEG)
        assert talk.told(CONFIG.format("vessel_keg"))[-1] != b""


async def test_setpoints_and_modes_are_wished() -> None:
    vessels = Vessels(FASS, KEG)
    async with talking(vessels) as talk:
        await talk.turns("fass", "temperature", b"17.5")
        await talk.turns("fass", "mode", b"off")
        await talk.turns("keg", "mode", b"auto")
        await talk.turns("keg", "temperature", b"12")
    assert vessels.wished == [
        ("fass", Mode.BEER, 17.5),
        ("fass", Mode.OFF, None),
        ("keg", Mode.BEER, 4.0),
        ("keg", Mode.BEER, 12.0),
    ]


async def test_it_begins_with_what_was_held_last() -> None:
    vessels = Vessels(FASS)
    async with talking(vessels) as talk:
        await talk.sees(replace(FASS, mode=Mode.OFF, beer_setpoint=None))
        await talk.turns("fass", "mode", b"auto")
    assert vessels.wished == [("fass", Mode.BEER, 18.0)]


async def test_a_wish_beyond_the_limits_is_answered_with_how_things_stand(
    caplog: pytest.LogCaptureFixture,
) -> None:
    vessels = Vessels(FASS)
    vessels.refusal = Invalid("99 °C is above this vessel's limit of 26 °C.")
    with caplog.at_level(logging.WARNING):
        async with talking(vessels) as talk:
            await talk.turns("fass", "temperature", b"99")
            states = talk.told("krausen/vessel_fass/state")
    assert len(states) == 2
    assert states[-1]["target"] == 18.0
    assert "Fass: a wish from Home Assistant is not followed: 99 °C is above" in caplog.text


async def test_old_wishes_and_wishes_for_strangers_are_not_followed() -> None:
    vessels = Vessels(FASS)
    courier = FakeCourier()
    courier.heard.put_nowait(("krausen/vessel_fass/set/temperature", b"5"))
    task = asyncio.get_running_loop().create_task(attend(SETTINGS, courier, vessels))
    await settled()
    courier.heard.put_nowait(("krausen/ready", b""))
    courier.heard.put_nowait(("krausen/vessel_keg/set/temperature", b"5"))
    courier.heard.put_nowait(("krausen/vessel_fass/set/colour", b"5"))
    await settled()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert vessels.wished == []


async def test_where_nothing_may_be_set_nothing_is_listened_to() -> None:
    async with talking(Vessels(FASS), replace(SETTINGS, may_set=False)) as talk:
        assert not [topic for topic in talk.courier.subscribed if "/set/" in topic]
        (config,) = talk.told(CONFIG.format("vessel_fass"))
        assert config["components"]["thermostat"] == {"platform": "climate"}


async def test_a_disk_that_does_not_answer_ends_the_conversation_for_now() -> None:
    vessels = Vessels(FASS)
    vessels.failure = StorageAway("The disk is full.")
    with pytest.raises(TargetBusy, match="The disk is full"):
        await attend(SETTINGS, FakeCourier(), vessels)
