from pathlib import Path

import httpx2
import pytest

from krausen.model.people import UserRole
from krausen.server.web.app import app
from krausen.server.web.shell import Receive, Scope, Send, Shell, completed
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/api/v1/health", "/", "/api", "/api/v1/series", "/api/v1/none"])
async def test_head_is_get_without_the_body(brewery: Brewery, path: str) -> None:
    async with brewery.caller(UserRole.VIEWER, **{"accept-encoding": "identity"}) as client:
        head, get = await client.head(path), await client.get(path)
    assert head.status_code == get.status_code
    assert head.headers == get.headers
    assert (head.content, int(head.headers["content-length"])) == (b"", len(get.content))


async def test_the_method_stays_for_those_around() -> None:
    methods: list[str] = []

    async def inner(scope: Scope, _: Receive, send: Send) -> None:
        methods.append(scope["method"])
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def nothing(*_: object) -> None:
        pass

    asked = {"type": "http", "method": "HEAD"}
    await Shell(inner)(asked, nothing, nothing)
    assert (methods, asked["method"]) == (["GET"], "HEAD")


async def test_head_needs_the_same_proof(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        assert (await client.head("/api/v1/series")).status_code == 401


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE", "FETCH"])
async def test_method_that_is_not_taken_is_refused_with_those_that_are(brewery: Brewery, method: str) -> None:
    async with brewery.caller() as client:
        answer = await client.request(method, "/api/v1/health")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["status"] == 405


async def test_answers_are_kept_by_nobody_and_framed_by_nobody(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.VIEWER) as client:
        for path in ("/api/v1/series", "/api/v1/none", "/api/v1/me"):
            headers = (await client.get(path)).headers
            assert headers["cache-control"] == "no-store"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_headers_that_are_there_stay() -> None:
    said = dict(completed([(b"cache-control", b"no-cache"), (b"allow", b"POST,OPTIONS")]))
    assert said[b"cache-control"] == b"no-cache"
    assert said[b"allow"] == b"OPTIONS, POST"


async def test_app_serves_calls_and_page(brewery: Brewery, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    transport = httpx2.ASGITransport(app=app(brewery.site, page=tmp_path))
    async with httpx2.AsyncClient(transport=transport, base_url="http://krausen.test") as client:
        assert (await client.get("/")).text == "<!doctype html>"
        assert (await client.get("/api/v1/health")).json()["status"] == "ok"
