"""Every push target keeps its contract. A new file is tested by being there."""

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert

from krausen.errors import TargetBusy, TargetRefused
from krausen.model.reading import Quality
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.plugins import discover
from krausen.ports.target import PushTarget, Reply, Sends, SensorNow, Shipment, Value, VesselNow
from krausen.push import targets
from krausen.server.algorithms import schema_of
from krausen.testing.target import AWAY, SILENT, FakeCourier

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
FOUND = discover(targets, "TARGET", PushTarget)
every_target = pytest.mark.parametrize("target", FOUND.values(), ids=FOUND.keys())

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
DEGREES = st.none() | st.floats(-40.0, 120.0)
GRAVITIES = st.none() | st.floats(0.95, 1.2)
VESSELS = st.builds(
    VesselNow,
    id=st.from_regex(r"[a-z]{1,5}", fullmatch=True),
    number=st.integers(1, 99),
    name=NAMES,
    at=st.none() | st.just(NOW),
    mode=st.sampled_from(Mode),
    state=st.none() | st.sampled_from(ControlState),
    **dict.fromkeys(("beer", "chamber", "ambient", "beer_setpoint", "chamber_setpoint"), DEGREES),
    heat=st.none() | st.booleans(),
    cool=st.none() | st.booleans(),
    gravity=GRAVITIES,
    batch=st.just("") | NAMES,
    lowest=st.none() | st.just(0.0),
    highest=st.none() | st.just(25.0),
)
SENSORS = st.builds(
    SensorNow,
    id=st.from_regex(r"s[0-9]{1,3}", fullmatch=True),
    number=st.integers(1, 99),
    name=NAMES,
    kind=st.sampled_from(["tilt", "ispindel", "manual", "plaato", "odd"]),
    at=st.none() | st.just(NOW),
    gravity=GRAVITIES,
    temperature=DEGREES,
    battery_v=st.none() | st.floats(2.0, 5.0),
    angle=st.none() | st.floats(0.0, 90.0),
    signal_dbm=st.none() | st.floats(-120.0, 0.0),
    vessel=st.none() | VESSELS,
)
VALUES = st.builds(
    Value,
    series=st.from_regex(r"s[0-9]{1,3}", fullmatch=True),
    adapter=NAMES,
    node=NAMES,
    metric=NAMES,
    unit=st.sampled_from(["°C", "SG", "", "V"]),
    t=st.integers(0, NOW),
    v=st.floats(-1e9, 1e9),
    quality=st.sampled_from(Quality),
)
SHIPMENTS = st.builds(
    Shipment,
    now=st.just(NOW),
    every_s=st.sampled_from([1.0, 60.0, 901.0]),
    vessels=st.lists(VESSELS, max_size=2).map(tuple),
    sensors=st.lists(SENSORS, max_size=2).map(tuple),
    values=st.lists(VALUES, max_size=4).map(tuple),
)
REPLIES = st.sampled_from([AWAY, SILENT]) | st.builds(
    Reply,
    status=st.integers(100, 599),
    body=st.binary(max_size=30) | st.text('{}[]":,0123456789truefalsnok ', max_size=30).map(str.encode),
    headers=st.dictionaries(
        st.sampled_from(["retry-after", "location", "content-type"]), st.text(max_size=12)
    ),
)
SECRETIVE = re.compile(r"key|token|password|secret")


def properties_of(target: PushTarget) -> dict[str, Any]:
    """Give the schema of each setting."""
    properties: dict[str, Any] = schema_of(target.settings)["properties"]
    return properties


def settings_of(target: PushTarget) -> Any:
    """Give settings with which something goes out."""
    properties = properties_of(target)
    given = {name: "https://service.example/in" for name in properties if name in ("url", "address")}
    given |= {name: "service.example" for name in properties if name in ("host", "broker")}
    return convert(given, target.settings)


@every_target
def test_its_pace_is_told_as_data(target: PushTarget) -> None:
    assert 1.0 <= target.least_s <= target.usual_s
    assert target.why_least or target.least_s <= 1.0
    assert target.takes <= {"vessels", "sensors", "series"}
    assert target.takes
    assert "series" not in target.takes or target.sends is Sends.EVERY
    assert target.sends is Sends.LATEST or (target.again_harmless and not target.by_device)


@every_target
def test_its_secrets_are_marked(target: PushTarget) -> None:
    for setting, field in properties_of(target).items():
        assert bool(SECRETIVE.search(setting)) <= bool(field.get("writeOnly")), setting


@every_target
@given(shipment=SHIPMENTS, reply=REPLIES)
@settings(max_examples=40)
async def test_whatever_is_sent_and_answered_it_raises_its_two_errors_alone(
    target: PushTarget, shipment: Shipment, reply: Reply
) -> None:
    courier = FakeCourier(lambda _: reply)
    with suppress(TargetBusy, TargetRefused):
        await target.send(settings_of(target), shipment, courier)
    for post in courier.posts:
        assert post.url.startswith(("http://", "https://"))
        assert b"NaN" not in post.body
        assert b"null" not in post.body


@every_target
@given(shipment=SHIPMENTS)
@settings(max_examples=20)
async def test_a_service_that_refuses_our_key_is_not_taken_for_a_busy_one(
    target: PushTarget, shipment: Shipment
) -> None:
    courier = FakeCourier(lambda _: Reply(status=401, body=b"unauthorized"))
    try:
        await target.send(settings_of(target), shipment, courier)
    except TargetRefused:
        return
    assert not courier.posts
