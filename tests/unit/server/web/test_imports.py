import io
import zipfile
from collections import Counter
from typing import Any

import httpx2
import pytest
from litestar import Litestar, Router
from litestar.datastructures import State

from krausen.model.people import UserRole
from krausen.server.imports import LARGEST
from krausen.server.web.call import Call
from krausen.server.web.describe import ROOT
from krausen.server.web.errors import translation
from krausen.server.web.imports import IN_MEMORY, read_import
from krausen.server.web.shell import Shell
from tests.unit.server.web.brewery import SECRETS, Brewery

pytestmark = pytest.mark.anyio

LOG = b"""\
Feb 03 2014 14:46:40;18.5;18.0;;17.0;16.5;;4;20.0
Feb 03 2014 14:47:40;18.4;18.0;;16.9;16.5;;4;20.0
"""
"""Of our own making, in the shape of a BrewPi log."""


async def send(
    brewery: Brewery, query: dict[str, Any], content: bytes = LOG, kind: str = "", prefer: str = ""
) -> httpx2.Response:
    headers = {"content-type": kind or "application/octet-stream"}
    if prefer:
        headers["prefer"] = prefer
    async with brewery.caller(UserRole.BREWER) as client:
        return await client.post("/api/v1/imports", params=query, content=content, headers=headers)


async def report(brewery: Brewery, id: str, role: UserRole = UserRole.BREWER) -> httpx2.Response:
    """Ask for an import by its route alone."""
    app = Litestar(
        [Router(ROOT, route_handlers=[read_import])],
        state=State({"site": brewery.site}),
        request_class=Call,
        exception_handlers={Exception: translation()},
        openapi_config=None,
    )
    headers = {"authorization": f"Bearer {SECRETS[role]}"}
    transport = httpx2.ASGITransport(app=Shell(app, Counter()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://krausen.test") as client:
        return await client.get(f"{ROOT}/imports/{id}", headers=headers)


async def test_file_is_imported_and_reported(brewery: Brewery) -> None:
    answer = await send(brewery, {"name": "My stout.csv", "timezone": "UTC"})
    assert answer.status_code == 201
    (report,) = answer.json()["files"]
    assert (report["file"], report["rows"], report["stored"]) == ("My stout.csv", 2, 2)
    assert (report["from"], report["to"]) == ("2014-02-03T14:46:40.000Z", "2014-02-03T14:47:40.000Z")
    batch = await brewery.read(f"/batches/{report['batch']}")
    assert batch["name"] == "My stout"


async def test_dry_run_stores_nothing(brewery: Brewery) -> None:
    before = await brewery.read("/batches")
    answer = await send(brewery, {"name": "stout.csv", "timezone": "UTC", "dry_run": "true"})
    assert (answer.status_code, answer.json()["files"][0]["stored"]) == (201, 2)
    assert await brewery.read("/batches") == before


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({}, ["query:name"]),
        ({"name": ""}, ["query:name"]),
        ({"name": "x" * 256, "dry_run": "maybe"}, ["query:name", "query:dry_run"]),
    ],
)
async def test_bad_query_is_named(brewery: Brewery, query: dict[str, Any], where: list[str]) -> None:
    answer = await send(brewery, query)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where


@pytest.mark.parametrize("query", [{"timezone": "Mars"}, {"format": "papyrus"}])
async def test_unknown_zone_or_format_is_refused(brewery: Brewery, query: dict[str, str]) -> None:
    assert (await send(brewery, {"name": "stout.csv"} | query)).status_code == 422


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03", b"hello\n"])
async def test_file_that_is_no_log_is_refused(brewery: Brewery, content: bytes) -> None:
    assert (await send(brewery, {"name": "stout.csv"}, content)).status_code == 422


async def test_form_is_no_file(brewery: Brewery) -> None:
    answer = await send(brewery, {"name": "stout.csv"}, kind="multipart/form-data; boundary=x")
    assert answer.status_code == 415


async def test_file_that_is_too_large_is_refused(brewery: Brewery) -> None:
    assert (await send(brewery, {"name": "stout.csv"}, bytes(LARGEST + 1))).status_code == 413


async def test_dry_run_shows_what_was_read_and_asks_for_the_zone(brewery: Brewery) -> None:
    answer = await send(brewery, {"name": "stout.csv", "dry_run": "true"})
    preview = answer.json()["files"][0]["preview"]
    assert preview["rows"][0] == {
        "time": "2014-02-03T14:46:40.000Z",
        "metric": "beer",
        "value": 18.5,
        "unit": "°C",
    }
    assert {"title": "beer", "what": "beer:°C"} in preview["columns"]
    assert [question["about"] for question in preview["questions"]] == ["zone"]


async def test_archive_of_logs_is_reported_by_file(brewery: Brewery) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("ale.csv", "stout.csv", "notes.txt"):
            archive.writestr(name, LOG if name.endswith("csv") else b"Buy hops.")
    answer = await send(brewery, {"name": "all.zip", "timezone": "UTC"}, packed.getvalue())
    assert answer.status_code == 201
    assert [one["file"] for one in answer.json()["files"]] == ["all.zip/ale.csv", "all.zip/stout.csv"]
    assert [one["file"] for one in answer.json()["passed_over"]] == ["all.zip/notes.txt"]


async def test_report_of_an_import_can_be_asked_for_again(brewery: Brewery) -> None:
    done = (await send(brewery, {"name": "stout.csv", "timezone": "UTC"})).json()
    again = await report(brewery, done["id"])
    assert (again.status_code, again.json()) == (200, done)
    assert (await report(brewery, done["id"], UserRole.VIEWER)).status_code == 403
    assert (await report(brewery, "never")).status_code == 404


async def test_who_does_not_want_to_wait_is_told_where_the_report_will_be(brewery: Brewery) -> None:
    query = {"name": "stout.csv", "timezone": "UTC"}
    answer = await send(brewery, query, prefer="wait=5, Respond-Async")
    assert answer.status_code == 202
    started = answer.json()
    assert (started["state"], started["share"], started["files"]) == ("reading", 0.0, [])
    assert answer.headers["location"] == f"{ROOT}/imports/{started['id']}"
    assert answer.headers["preference-applied"] == "respond-async"
    told = (await report(brewery, started["id"])).json()
    assert (told["state"], told["share"], told["files"][0]["stored"]) == ("done", 1.0, 2)


async def test_import_that_fails_when_nobody_waits_says_so_in_its_report(brewery: Brewery) -> None:
    answer = await send(brewery, {"name": "stout.csv"}, b"hello\n", prefer="respond-async")
    assert answer.status_code == 202
    told = (await report(brewery, answer.json()["id"])).json()
    assert told["state"] == "failed"
    assert told["detail"].startswith("stout.csv is in no format that Krausen knows.")


async def test_body_that_does_not_stay_in_memory_is_imported_all_the_same(brewery: Brewery) -> None:
    blank = b"\n" * IN_MEMORY
    answer = await send(brewery, {"name": "stout.csv", "timezone": "UTC"}, LOG + blank)
    assert (answer.status_code, answer.json()["files"][0]["stored"]) == (201, 2)
