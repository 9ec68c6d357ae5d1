import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert

from krausen.errors import TargetBusy, TargetRefused
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.ports.target import Place, Reply, SensorNow, Shipment, VesselNow
from krausen.protocols.fermentrack_push import devices_of, opened
from krausen.push.targets.generic import Settings, push_of, send
from krausen.testing.target import FakeCourier
from krausen.wire.export import Push, encode

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
SETTINGS = Settings(url="https://service.example/target/", api_key="opensesame")
VESSEL = VesselNow(
    id="ale",
    number=3,
    name="Ale fridge",
    at=NOW - 900,
    mode=Mode.BEER,
    state=ControlState.IDLE,
    beer=19.4,
    chamber=17.9,
    ambient=0.0,
    beer_setpoint=19.5,
    heat=False,
    gravity=1.034,
    batch="Pale ale 12",
)
SENSOR = SensorNow(
    id="s7",
    number=1,
    name="Red",
    kind="tilt",
    at=NOW - 60_000,
    gravity=1.034,
    temperature=19.44444444,
    battery_v=3.9,
    signal_dbm=-71.0,
    vessel=VESSEL,
)
SHIPMENT = Shipment(now=NOW, every_s=60.0, vessels=(VESSEL,), sensors=(SENSOR,))


async def sent(settings: Settings = SETTINGS, shipment: Shipment = SHIPMENT) -> dict[str, Any]:
    courier = FakeCourier()
    await send(settings, shipment, courier)
    (post,) = courier.posts
    pushed: dict[str, Any] = json.loads(post.body)
    return pushed


async def test_everything_goes_out_in_one_post_of_json() -> None:
    courier = FakeCourier()
    await send(SETTINGS, SHIPMENT, courier)
    (post,) = courier.posts
    assert (post.method, post.url) == ("POST", "https://service.example/target/")
    assert post.headers == {"Content-Type": "application/json"}
    assert json.loads(post.body) == {
        "api_key": "opensesame",
        "version": "1.0",
        "brewpi_devices": [
            {
                "name": "Ale fridge",
                "internal_id": 3,
                "temp_format": "C",
                "control_mode": "b",
                "beer_temp": 19.4,
                "fridge_temp": 17.9,
                "room_temp": 0.0,
                "beer_setting": 19.5,
                "controller_state": 0.0,
                "gravity": 1.034,
                "batch": "Pale ale 12",
                "heating": False,
            }
        ],
        "gravity_sensors": [
            {
                "name": "Red",
                "internal_id": 1,
                "sensor_type": "tilt",
                "gravity": 1.034,
                "temp": 19.4444,
                "temp_format": "C",
                "gravity_time": "2026-09-21T14:12:20.000Z",
                "battery": 3.9,
                "rssi": -71.0,
                "brewpi_device": 3,
            }
        ],
        "time": "2026-09-21T14:13:20.000Z",
    }


async def test_fahrenheit_is_for_temperatures_alone() -> None:
    pushed = await sent(Settings(url="service.example", temp_format="F"))
    (vessel,), (sensor,) = pushed["brewpi_devices"], pushed["gravity_sensors"]
    assert (vessel["temp_format"], vessel["beer_temp"], vessel["room_temp"]) == ("F", 66.92, 32.0)
    assert (sensor["temp_format"], sensor["temp"], sensor["gravity"]) == ("F", 67.0, 1.034)


@pytest.mark.parametrize(
    ("mode", "letter"), [(Mode.OFF, "o"), (Mode.BEER, "b"), (Mode.CHAMBER, "f"), (Mode.PROFILE, "p")]
)
def test_modes_are_brewpis_letters(mode: Mode, letter: str) -> None:
    vessel = VesselNow(id="a", number=1, name="A", at=None, mode=mode)
    (told,) = push_of(SETTINGS, Shipment(now=NOW, every_s=60.0, vessels=(vessel,))).brewpi_devices
    assert told.control_mode == letter


async def test_each_hydrometer_tells_of_its_own_battery() -> None:
    others = (
        SensorNow(id="s8", number=2, name="Blue", kind="ispindel", at=None, battery_v=3.1),
        SensorNow(id="s9", number=4, name="Green", kind="ispindel", at=NOW),
    )
    pushed = await sent(shipment=Shipment(now=NOW, every_s=60.0, sensors=(SENSOR, *others)))
    assert [one.get("battery") for one in pushed["gravity_sensors"]] == [3.9, 3.1, None]
    assert "battery" not in pushed
    assert pushed["gravity_sensors"][2] == {"name": "Green", "internal_id": 4, "sensor_type": "ispindel"}


async def test_an_address_without_a_scheme_is_one_of_http() -> None:
    courier = FakeCourier()
    await send(Settings(url="cellar.local:8080/target/"), SHIPMENT, courier)
    assert courier.posts[0].url == "http://cellar.local:8080/target/"


@pytest.mark.parametrize(("scheme", "tls"), [("tcp", False), ("tls", True)])
async def test_by_tcp_a_push_is_one_line(scheme: str, tls: bool) -> None:
    courier = FakeCourier()
    await send(Settings(url=f"{scheme}://cellar.local:9502"), SHIPMENT, courier)
    ((place, piece),) = courier.pieces
    assert place == Place(host="cellar.local", port=9502, tls=tls)
    assert piece.endswith(b"\n")
    assert piece.count(b"\n") == 1
    assert msgspec.json.decode(piece, type=Push).version == "1.0"


@pytest.mark.parametrize("url", ["tcp://cellar.local", "tcp://cellar.local:0", "tls://x:99999", "tcp://[::1"])
async def test_by_tcp_host_and_port_are_needed(url: str) -> None:
    with pytest.raises(TargetRefused, match="host and port"):
        await send(Settings(url=url), SHIPMENT, FakeCourier())


@pytest.mark.parametrize("url", ["", "ftp://x", "file:///etc/passwd", "http:// x", "http:///x"])
def test_other_addresses_cannot_be_set(url: str) -> None:
    with pytest.raises(ValidationError):
        convert({"url": url}, Settings)


@pytest.mark.parametrize(
    "body",
    [b"", b"thanks", b'{"status": "success", "message": "done"}', b"[1]", b'{"status": 7}', b"[" * 9999],
)
async def test_what_is_no_failure_is_success(body: bytes) -> None:
    await send(SETTINGS, SHIPMENT, FakeCourier(lambda _: Reply(status=200, body=body)))


async def test_a_key_that_the_receiver_does_not_know_has_to_be_mended() -> None:
    body = b'{"status": "failed", "message": "Provided api_key is unknown"}'
    with pytest.raises(TargetRefused, match="api_key is unknown"):
        await send(SETTINGS, SHIPMENT, FakeCourier(lambda _: Reply(status=200, body=body)))


async def test_another_failure_in_words_is_tried_again() -> None:
    body = b'{"status": "failed", "message": "Disk full"}'
    with pytest.raises(TargetBusy, match="Disk full"):
        await send(SETTINGS, SHIPMENT, FakeCourier(lambda _: Reply(status=200, body=body)))


async def test_a_status_of_failure_counts_whatever_the_body_says() -> None:
    reply = Reply(status=503, body=b'{"status": "success"}', headers={"retry-after": "7"})
    with pytest.raises(TargetBusy) as busy:
        await send(SETTINGS, SHIPMENT, FakeCourier(lambda _: reply))
    assert busy.value.after_s == 7.0


NUMBERS = st.none() | st.floats(-40.0, 110.0)


@given(
    st.builds(
        VesselNow,
        id=st.just("a"),
        number=st.integers(1, 999),
        name=st.just("A"),
        at=st.none(),
        mode=st.sampled_from(Mode),
        state=st.none() | st.sampled_from(ControlState),
        **dict.fromkeys(("beer", "chamber", "ambient", "beer_setpoint", "chamber_setpoint"), NUMBERS),
        gravity=st.none() | st.floats(0.99, 1.2),
    ),
    st.sampled_from(["C", "F"]),
)
def test_a_receiver_reads_the_temperatures_that_were_sent(vessel: VesselNow, unit: str) -> None:
    settings = convert({"url": "x", "temp_format": unit}, Settings)
    body = encode(push_of(settings, Shipment(now=NOW, every_s=60.0, vessels=(vessel,))))
    (device,) = devices_of(opened(body)).controllers
    told = {one.metric: one.value for one in device.told}
    named = {
        "beer": vessel.beer,
        "chamber": vessel.chamber,
        "room": vessel.ambient,
        "beer_setpoint": vessel.beer_setpoint,
        "chamber_setpoint": vessel.chamber_setpoint,
    }
    for metric, value in named.items():
        assert told.get(metric) == (None if value is None else pytest.approx(value, abs=1e-4))
    assert told.get("gravity") == vessel.gravity
    assert told.get("state") == vessel.state
