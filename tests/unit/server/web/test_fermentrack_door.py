"""Fermentrack's pushes, from the request that comes in to what a page and a spreadsheet show of them."""

import csv
import io
from typing import Any

import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

FERMENTRACK = (
    b'{"api_key": "k1", "version": "1.0", "brewpi_devices": [{"name": "Ale fridge", "internal_id": 3, '
    b'"temp_format": "F", "control_mode": "b", "beer_temp": 66.92, "controller_state": 4.0}], '
    b'"gravity_sensors": [{"name": "Red", "internal_id": 1, "sensor_type": "tilt", "gravity": 1.034, '
    b'"temp": 67.0, "temp_format": "F"}], "battery": 3.7}'
)


async def open_door(brewery: Brewery) -> None:
    body = {"enabled": True, "settings": {"senders": [{"name": "cellar", "key": "k1"}]}}
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.patch("/api/v1/doors/fermentrack", json=body)
    assert answer.status_code == 200, answer.text


async def push(brewery: Brewery, body: bytes = FERMENTRACK) -> Any:
    async with brewery.caller() as client:
        answer = await client.post("/target/", content=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


async def test_every_sender_and_what_it_has_is_registered(brewery: Brewery) -> None:
    await open_door(brewery)
    assert (await push(brewery))["status"] == "success"
    nodes = await brewery.read("/adapters/fermentrack/nodes")
    assert nodes["items"] == [
        {"name": "cellar/brewpi-3", "title": "Ale fridge", "kind": "brewpi", "agreed": False},
        {"name": "cellar/sensor-1", "title": "Red", "kind": "tilt", "agreed": False},
    ]
    series = await brewery.read("/series?adapter=fermentrack")
    assert {one["last"] for one in series["items"]} == {"2026-09-21T14:13:20.000Z"}
    door = await brewery.read("/doors/fermentrack", UserRole.BREWER)
    (knock,) = door["recent_knocks"]
    assert (knock["node"], knock["readings"]) == ("cellar/brewpi-3, cellar/sensor-1", 5)
    assert door["settings"]["senders"][0]["name"] == "cellar"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no data in the body"),
        (b"{", "no JSON"),
        (FERMENTRACK.replace(b'"api_key": "k1", ', b""), "no api_key"),
        (FERMENTRACK.replace(b'"k1"', b'"k2"'), "not known here"),
        (FERMENTRACK.replace(b'"internal_id": 1', b'"internal_id": null'), "internal_id"),
    ],
)
async def test_what_is_refused_is_told_with_status_200_and_counted(
    brewery: Brewery, body: bytes, words: str
) -> None:
    await open_door(brewery)
    said = await push(brewery, body)
    assert said["status"] == "failed"
    assert words in said["message"]
    door = await brewery.read("/doors/fermentrack", UserRole.BREWER)
    assert (door["knocks"], door["refusals"]) == (0, 1)
    assert words in door["recent_refusals"][0]["reason"]


async def test_it_is_taken_away_as_csv(brewery: Brewery) -> None:
    await open_door(brewery)
    await push(brewery)
    series = await brewery.read("/series?adapter=fermentrack&node=cellar%2Fsensor-1")
    query = "&".join(f"series={one['id']}" for one in series["items"])
    async with brewery.caller(UserRole.VIEWER) as client:
        answer = await client.get(f"/api/v1/export?{query}&format=csv&to={NOON + 60_000}")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    told = {(row["time"], row["variable"], row["value"], row["unit"]) for row in rows}
    assert told == {
        ("2026-09-21T14:13:20.000Z", "gravity", "1.034", "SG"),
        ("2026-09-21T14:13:20.000Z", "temperature", "19.444444444", "°C"),
    }
