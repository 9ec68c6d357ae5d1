import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.errors import TargetRefused
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.ports.target import SensorNow, Shipment, Value, VesselNow
from krausen.push.targets.mqtt import Settings, send
from krausen.testing.target import FakeCourier

pytestmark = pytest.mark.anyio

SETTINGS = Settings(host="broker.example")
FASS = VesselNow(
    id="fass",
    number=1,
    name="Faß 1/2",
    at=1_790_000_000_000,
    mode=Mode.BEER,
    state=ControlState.WAITING_TO_COOL,
    beer=18.0,
    beer_setpoint=17.5,
    heat=False,
)
RED = SensorNow(
    id="s7", number=4, name="Red", kind="tilt", at=None, gravity=1.0421, temperature=20.0, vessel=FASS
)
SHIPMENT = Shipment(now=1, every_s=60.0, vessels=(FASS,), sensors=(RED,))


async def published(settings: Settings, shipment: Shipment = SHIPMENT) -> dict[str, bytes]:
    courier = FakeCourier()
    await send(settings, shipment, courier)
    assert {retained for *_, retained in courier.published} == {settings.retain}
    return {topic: payload for topic, payload, _ in courier.published}


async def test_each_value_has_a_topic_and_what_is_unknown_is_cleared() -> None:
    told = await published(SETTINGS)
    vessel = {topic.removeprefix("krausen/vessel/fass/"): payload for topic, payload in told.items()}
    assert vessel.items() >= {
        ("name", "Faß 1/2".encode()),
        ("time", b"2026-09-21T14:13:20Z"),
        ("mode", b"beer"),
        ("state", b"waiting_to_cool"),
        ("beer", b"18.0"),
        ("beer_setpoint", b"17.5"),
        ("heating", b"false"),
        ("cooling", b""),
        ("gravity", b""),
    }
    assert told["krausen/sensor/s7/gravity"] == b"1.0421"
    assert told["krausen/sensor/s7/vessel"] == b"fass"


async def test_nothing_is_cleared_that_is_not_retained() -> None:
    assert b"" not in (await published(replace(SETTINGS, retain=False))).values()


async def test_a_device_may_be_one_json() -> None:
    told = await published(replace(SETTINGS, form="json", temperature_unit="F"))
    assert set(told) == {"krausen/vessel/fass", "krausen/sensor/s7"}
    assert json.decode(told["krausen/sensor/s7"]) == {
        "name": "Red",
        "sensor": "tilt",
        "gravity": 1.0421,
        "temperature": 68.0,
        "vessel": "fass",
    }
    assert json.decode(told["krausen/vessel/fass"])["beer"] == 64.4


async def test_names_in_topics_make_no_levels_of_their_own() -> None:
    told = await published(replace(SETTINGS, topic="brewery/{name}/{number}/{value}"))
    assert "brewery/Faß 1_2/1/beer" in told
    assert "brewery/Red/4/gravity" in told


async def test_a_series_has_its_values_too() -> None:
    value = Value(series="s9", adapter="pi", node="probe", metric="temperature", unit="°C", t=0, v=10.0)
    shipment = Shipment(now=1, every_s=60.0, values=(value,))
    assert await published(replace(SETTINGS, temperature_unit="F"), shipment) == {
        "krausen/series/s9/time": b"1970-01-01T00:00:00Z",
        "krausen/series/s9/temperature": b"50.0",
    }


@pytest.mark.parametrize("topic", ["krausen/{vessel}", "{value}"])
async def test_a_topic_that_holds_what_nobody_knows_is_refused_before_anything_is_sent(topic: str) -> None:
    courier = FakeCourier()
    with pytest.raises(TargetRefused, match="The topic may hold"):
        await send(replace(SETTINGS, topic=topic, form="json"), SHIPMENT, courier)
    assert courier.published == []
