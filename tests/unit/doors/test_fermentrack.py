import json
from typing import Any

import pytest

from krausen.doors.fermentrack import Sender, Settings, exchange, paths, refusal
from krausen.errors import Forbidden, Invalid, OperatorNeeded, StorageAway, Throttled
from krausen.model.reading import Quality
from krausen.ports.door import Introduction, Measured
from krausen.testing.door import FakeSite, posted
from krausen.wire.instants import iso

NOW = 1_790_000_000_000
SETTINGS = Settings(senders=(Sender(name="cellar", key="k1"), Sender(name="garage", key="k2")))
CONTROLLER = {
    "name": "Ale fridge",
    "internal_id": 3,
    "temp_format": "C",
    "control_mode": "b",
    "beer_temp": 19.4,
    "controller_state": 0,
}
SENSOR = {
    "name": "Red",
    "internal_id": 3,
    "sensor_type": "tilt",
    "gravity": 1.034,
    "temp": 67.0,
    "temp_format": "F",
}


async def pushed(site: FakeSite, settings: Settings = SETTINGS, **keys: object) -> dict[str, Any]:
    message = {"api_key": "k1", "brewpi_devices": [], "gravity_sensors": [], **keys}
    answer = await exchange(settings, posted("/target/", json.dumps(message).encode()), site)
    assert (answer.status, answer.media_type) == (200, "application/json")
    said: dict[str, Any] = json.loads(answer.body)
    return said


async def test_devices_are_nodes_under_their_sender_and_kind() -> None:
    site = FakeSite(NOW)
    said = await pushed(site, brewpi_devices=[CONTROLLER], gravity_sensors=[SENSOR])
    assert said == {
        "status": "success",
        "message": "The push was processed: brewpi_devices 1, gravity_sensors 1.",
    }
    assert site.stored == [
        Measured(node="cellar/brewpi-3", metric="beer", value=19.4, unit="°C"),
        Measured(node="cellar/brewpi-3", metric="state", value=0.0),
        Measured(node="cellar/brewpi-3", metric="mode", value=2.0),
        Measured(node="cellar/sensor-3", metric="gravity", value=1.034, unit="SG"),
        Measured(node="cellar/sensor-3", metric="temperature", value=19.444444444, unit="°C"),
    ]
    assert site.introduced == [
        Introduction(node="cellar/brewpi-3", title="Ale fridge", kind="brewpi"),
        Introduction(node="cellar/sensor-3", title="Red", kind="tilt"),
    ]


async def test_two_senders_with_the_same_numbers_stay_apart() -> None:
    site = FakeSite(NOW)
    await pushed(site, gravity_sensors=[SENSOR])
    await pushed(site, gravity_sensors=[SENSOR], api_key="k2")
    assert {one.node for one in site.stored} == {"cellar/sensor-3", "garage/sensor-3"}


async def test_a_device_of_which_nothing_is_known_is_not_spoken_of() -> None:
    site = FakeSite(NOW)
    await pushed(site, gravity_sensors=[{"name": "New", "internal_id": 9, "sensor_type": "tilt"}])
    assert (site.stored, site.introduced) == ([], [])


async def test_a_gravity_that_is_pushed_over_and_over_is_of_when_it_was_measured() -> None:
    site = FakeSite(NOW)
    await pushed(site, gravity_sensors=[{**SENSOR, "gravity_time": iso(NOW - 60_000)}])
    assert [(one.metric, one.t) for one in site.stored] == [("gravity", NOW - 60_000), ("temperature", None)]


@pytest.mark.parametrize("time", ["yesterday", "", 7, iso(NOW + 301_000), "1970-01-01T00:00:00Z"])
async def test_a_time_that_cannot_be_is_the_moment_of_arrival(time: object) -> None:
    site = FakeSite(NOW)
    await pushed(site, gravity_sensors=[{**SENSOR, "gravity_time": time}])
    assert {one.t for one in site.stored} == {None}


async def test_what_cannot_be_true_is_stored_as_bad() -> None:
    site = FakeSite(NOW)
    await pushed(site, gravity_sensors=[{"internal_id": 1, "gravity": 0}])
    assert [one.quality for one in site.stored] == [Quality.BAD]


@pytest.mark.parametrize(
    ("key", "words"), [("", "There is no api_key"), (None, "There is no api_key"), ("k3", "not known here")]
)
async def test_who_is_not_known_is_told_so_and_nothing_is_stored(key: str | None, words: str) -> None:
    site = FakeSite(NOW)
    with pytest.raises(Invalid, match=words):
        await pushed(site, gravity_sensors=[SENSOR], api_key=key)
    assert site.stored == []


async def test_strangers_are_known_by_their_address_where_they_may_push() -> None:
    site, settings = FakeSite(NOW), Settings(senders=SETTINGS.senders, strangers=True)
    for key in ("k9", "", "k2"):
        await pushed(site, settings, gravity_sensors=[SENSOR], api_key=key)
    assert {one.node for one in site.stored} == {"192.168.1.20/sensor-3", "garage/sensor-3"}


async def test_one_wrong_device_refuses_the_whole_push() -> None:
    site = FakeSite(NOW)
    with pytest.raises(Invalid, match="/brewpi_devices/0/beer_temp: This is no number"):
        await pushed(site, brewpi_devices=[{**CONTROLLER, "beer_temp": "warm"}], gravity_sensors=[SENSOR])
    assert site.stored == []


@pytest.mark.parametrize(
    ("failure", "status", "after"),
    [
        (Invalid("Why."), 200, None),
        (Forbidden("Why."), 403, None),
        (Throttled("Why.", 7), 429, "7"),
        (StorageAway("Why."), 503, "5"),
        (OperatorNeeded("Why."), 503, "5"),
    ],
)
def test_a_refusal_is_told_in_words(failure: Exception, status: int, after: str | None) -> None:
    answer = refusal(failure)
    assert (answer.status, json.loads(answer.body)) == (status, {"status": "failed", "message": "Why."})
    assert answer.headers.get("retry-after") == after


def test_it_is_found_with_and_without_the_slash() -> None:
    assert list(paths(SETTINGS)) == ["/target/", "/target"]
