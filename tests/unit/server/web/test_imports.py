from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from krausen.server.imports import LARGEST
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

LOG = b"""\
Feb 03 2014 14:46:40;18.5;18.0;;17.0;16.5;;4;20.0
Feb 03 2014 14:47:40;18.4;18.0;;16.9;16.5;;4;20.0
"""
"""Of our own making, in the shape of a BrewPi log."""


async def send(
    brewery: Brewery, query: dict[str, Any], content: bytes = LOG, kind: str = ""
) -> httpx2.Response:
    headers = {"content-type": kind or "application/octet-stream"}
    async with brewery.caller(UserRole.BREWER) as client:
        return await client.post("/api/v1/imports", params=query, content=content, headers=headers)


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
