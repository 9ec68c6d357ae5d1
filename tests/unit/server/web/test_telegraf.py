"""Telegraf as it is known from outside, writing to the door for InfluxDB as to InfluxDB 1 or 2."""

import gzip
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import NOON, SECRETS, SENDERS, Brewery

pytestmark = pytest.mark.anyio

LINES = (
    f"cpu,cpu=cpu0,host=cellar usage_idle=97.5,usage_user=1.5 {NOON}000000\n"
    f'system,host=cellar uptime=86400i,up=true,uptime_format="1 day" {NOON}000000\n'
).encode()
TOKEN = {"authorization": f"Token {SECRETS[UserRole.ADMIN]}"}
LOGIN, PASSWORD = "grower", "tomatoes in the winter"


@pytest.fixture
async def client(brewery: Brewery) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without any proof yet; the door is open."""
    async with brewery.caller(UserRole.ADMIN) as admin:
        opened = await admin.patch("/api/v1/doors/influx", json={"enabled": True})
        assert opened.status_code == 200
    async with brewery.caller() as caller:
        yield caller


async def values(brewery: Brewery) -> dict[tuple[str, str], float]:
    items: list[Any] = (await brewery.read("/series?adapter=influx"))["items"]
    return {(one["node"], one["metric"]): one["latest"]["v"] for one in items}


async def test_it_writes_packed_batches_with_a_token(brewery: Brewery, client: httpx2.AsyncClient) -> None:
    sent = {"bucket": "brewery", "org": "brewery"}
    packed = TOKEN | {"content-encoding": "gzip", "content-type": "text/plain; charset=utf-8"}
    for _ in range(2):
        answer = await client.post("/api/v2/write", params=sent, content=gzip.compress(LINES), headers=packed)
        assert (answer.status_code, answer.content) == (204, b"")
        assert not {"content-length", "content-type"} & answer.headers.keys()
    assert await values(brewery) == {
        ("cpu,cpu=cpu0,host=cellar", "usage_idle"): 97.5,
        ("cpu,cpu=cpu0,host=cellar", "usage_user"): 1.5,
        ("system,host=cellar", "uptime"): 86400.0,
        ("system,host=cellar", "up"): 1.0,
    }


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({"u": LOGIN, "p": PASSWORD}, {}),
        ({}, {"authorization": "Basic " + b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()}),
        ({}, {"authorization": f"Token {LOGIN}:{PASSWORD}"}),
    ],
)
async def test_it_writes_with_a_login_as_to_influxdb_1(
    brewery: Brewery, client: httpx2.AsyncClient, query: dict[str, str], headers: dict[str, str]
) -> None:
    grower = {"login": LOGIN, "name": "Grower", "role": "brewer", "password": PASSWORD}
    async with brewery.caller(UserRole.ADMIN) as admin:
        assert (await admin.post("/api/v1/users", json=grower)).status_code == 201
    line = f"beer t=18.5 {NOON // 1000}"
    query |= {"db": "brewery", "precision": "s"}
    answer = await client.post("/write", params=query, content=line, headers=headers)
    assert answer.status_code == 204, answer.text
    assert await values(brewery) == {("beer", "t"): 18.5}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Token krs_nobody"}, 401),
        ({"authorization": f"Token {LOGIN}:wrong"}, 401),
        ({"authorization": f"Token {SECRETS[UserRole.SENDER]}"}, 403),
    ],
)
async def test_without_the_right_proof_it_is_told_so(
    brewery: Brewery, client: httpx2.AsyncClient, headers: dict[str, str], status: int
) -> None:
    assert "influx" not in SENDERS
    answer = await client.post("/api/v2/write", content=LINES, headers=headers)
    assert answer.status_code == status
    said = answer.json()
    assert said["code"] == {401: "unauthorized", 403: "forbidden"}[status]
    assert said["error"] == said["message"] != ""
    assert await values(brewery) == {}


async def test_one_wrong_line_refuses_the_batch_and_is_named(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    answer = await client.post("/api/v2/write", content=LINES + b"beer t=warm", headers=TOKEN)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["message"].startswith("Line 3: 'warm' is no number")
    assert await values(brewery) == {}


async def test_a_time_that_cannot_be_is_named_by_its_line(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/write", content=b"# times\nbeer t=18 1", headers=TOKEN)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Line 2: This is before 1990")


async def test_while_the_disk_refuses_it_is_asked_to_try_again(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    brewery.history.away = "The disk is full."
    answer = await client.post("/api/v2/write", content=LINES, headers=TOKEN)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["code"] == "unavailable"


async def test_a_body_that_is_too_large_is_413_for_it_to_be_split(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v2/write", content=b"#" * (8 * 1024 * 1024 + 1), headers=TOKEN)
    assert answer.status_code == 413
    assert answer.json()["code"]
