"""Metrics of the server, and who may read them."""

import re

import httpx2
import pytest
from msgspec.structs import replace

from krausen.model.people import UserRole
from krausen.model.reading import Reading
from krausen.ports.processes import ProcessFacts
from tests.unit.server.web.brewery import BEER, NOON, Brewery, routes

pytestmark = pytest.mark.anyio


async def metrics(brewery: Brewery) -> dict[str, float]:
    async with brewery.caller(UserRole.VIEWER) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


async def status(brewery: Brewery, url: str, address: str, **headers: str) -> int:
    transport = httpx2.ASGITransport(app=brewery.app, client=(address, 5))
    async with httpx2.AsyncClient(transport=transport, base_url=url, headers=headers) as client:
        return (await client.get("/metrics")).status_code


@pytest.mark.parametrize(
    ("url", "address", "headers", "expected"),
    [
        ("http://127.0.0.1:8080", "127.0.0.1", {}, 200),
        ("http://localhost:8080", "::1", {}, 200),
        ("http://brewery", "127.0.0.1", {}, 401),
        ("http://127.0.0.1:8080", "10.0.0.7", {}, 401),
        ("http://127.0.0.1:8080", "127.0.0.1", {"x-forwarded-for": "10.0.0.7"}, 401),
        ("http://127.0.0.1:8080", "127.0.0.1", {"authorization": "Bearer krs_none"}, 401),
        ("http://127.0.0.1:8080", "127.0.0.1", {"authorization": "Bearer krs_sender"}, 403),
    ],
)
async def test_metrics_are_for_viewers_and_for_this_machine(
    brewery: Brewery, url: str, address: str, headers: dict[str, str], expected: int
) -> None:
    assert await status(brewery, url, address, **headers) == expected


async def test_readings_agents_listeners_and_requests_are_counted(brewery: Brewery) -> None:
    site = brewery.site
    await site.ingest.take([Reading(BEER, NOON + 1, 18.0)])
    await site.roster.greeted("cellar", "1", NOON + 2500)
    site.roster.linked("cellar", "recognised", 17)
    site.live.listen()
    async with brewery.caller(UserRole.ADMIN) as client:
        assert (await client.post("/api/v1/measurements", json=[{}, {}])).status_code == 422
        await client.request("TRACE", "/api/v1/health")
    found = await metrics(brewery)
    assert {name: found[name] for name in found if not re.match("krausen_(info|door|alarms)", name)} == {
        "krausen_readings_taken_total": 1,
        'krausen_refused_total{by="agent"}': 0,
        'krausen_refused_total{by="request"}': 2,
        "krausen_live_listeners": 1,
        "krausen_series": 1,
        "krausen_readings": 62,
        'krausen_http_requests_total{method="POST",status="422"}': 1,
        'krausen_http_requests_total{method="other",status="405"}': 1,
        'krausen_agents{state="offline"}': 0,
        'krausen_agents{state="connected"}': 0,
        'krausen_agents{state="recognised"}': 1,
        'krausen_agents{state="current"}': 0,
        'krausen_agent_queue_readings{agent="cellar"}': 17,
        'krausen_agent_clock_offset_seconds{agent="cellar"}': 2.5,
    }


async def kept() -> list[ProcessFacts]:
    return [
        ProcessFacts(
            name="server",
            state="active",
            pid=7,
            since="2026-09-21T14:13:20.000Z",
            restarts=2,
            cpu_percent=3,
            memory_mb=95,
        ),
        ProcessFacts(name="dev-cellar", state="failed", detail="It crashed."),
    ]


@pytest.fixture
def managed(brewery: Brewery) -> Brewery:
    site = replace(brewery.site, processes=kept, sizes=lambda: {"catalog": 512})
    routes().state["site"] = site
    return brewery


async def test_processes_and_files_are_measured(managed: Brewery) -> None:
    found = await metrics(managed)
    assert {name: found[name] for name in found if re.search("process|file", name)} == {
        'krausen_file_bytes{file="catalog"}': 512,
        'krausen_process_state{process="server",state="active"}': 1,
        'krausen_process_state{process="server",state="starting"}': 0,
        'krausen_process_state{process="server",state="stopped"}': 0,
        'krausen_process_state{process="server",state="failed"}': 0,
        'krausen_process_state{process="dev-cellar",state="active"}': 0,
        'krausen_process_state{process="dev-cellar",state="starting"}': 0,
        'krausen_process_state{process="dev-cellar",state="stopped"}': 0,
        'krausen_process_state{process="dev-cellar",state="failed"}': 1,
        'krausen_process_restarts_total{process="server"}': 2,
        'krausen_process_restarts_total{process="dev-cellar"}': 0,
        'krausen_process_start_time_seconds{process="server"}': NOON / 1000,
        'krausen_process_cpu_ratio{process="server"}': 0.03,
        'krausen_process_memory_bytes{process="server"}': 95_000_000,
    }


async def test_processes_are_listed_as_whoever_keeps_them_tells(managed: Brewery) -> None:
    found = await managed.read("/processes")
    assert (found["managed"], found["next"]) == (True, None)
    assert [(one["name"], one["state"], one["detail"]) for one in found["items"]] == [
        ("server", "active", ""),
        ("dev-cellar", "failed", "It crashed."),
    ]
    assert found["items"][0] == {
        "name": "server",
        "state": "active",
        "pid": 7,
        "since": "2026-09-21T14:13:20.000Z",
        "restarts": 2,
        "cpu_percent": 3,
        "memory_mb": 95,
        "detail": "",
    }


async def test_there_are_no_processes_where_nobody_keeps_any(brewery: Brewery) -> None:
    assert await brewery.read("/processes") == {"items": [], "next": None, "managed": False}
