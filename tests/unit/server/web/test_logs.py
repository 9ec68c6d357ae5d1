import pytest

from krausen.model.log import LogLevel, LogLine
from krausen.model.people import UserRole
from krausen.server.logs.choices import KEY
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio


def say(
    brewery: Brewery, text: str, source: str = "server", level: LogLevel = LogLevel.INFO, at: int = 0
) -> None:
    fields = {"agent": "cellar"}
    brewery.site.logs.take(LogLine(at=NOON + at, level=level, source=source, text=text, fields=fields))


async def read(brewery: Brewery, query: str = "") -> list[str]:
    return [item["text"] for item in (await brewery.read(f"/logs{query}"))["items"]]


async def test_the_log_is_read_newest_first(brewery: Brewery) -> None:
    say(brewery, "first")
    say(brewery, "second", level=LogLevel.WARNING, at=5)
    (newest, _) = (await brewery.read("/logs"))["items"]
    assert newest == {
        "id": f"{NOON + 5}-2",
        "time": "2026-09-21T14:13:20.005Z",
        "level": "warning",
        "source": "server",
        "text": "second",
        "fields": {"agent": "cellar"},
    }


async def test_a_query_narrows_what_is_read(brewery: Brewery) -> None:
    say(brewery, "one", "controller/garage")
    say(brewery, "two", "cellar", LogLevel.ERROR)
    say(brewery, "Three words of it")
    assert await read(brewery, "?source=cellar&source=controller/garage") == ["two", "one"]
    assert await read(brewery, "?level=warning") == ["two"]
    assert await read(brewery, "?q=it%20three%20CELLAR") == ["Three words of it"]
    assert await read(brewery, "?q=four") == []


async def test_pages_follow_each_other_and_stay_what_they_are(brewery: Brewery) -> None:
    for n in range(5):
        say(brewery, str(n), at=n)
    page = await brewery.read("/logs?limit=2")
    say(brewery, "5", at=5)
    next_page = await brewery.read(f"/logs?limit=2&before={page['next']}")
    last = await brewery.read(f"/logs?limit=2&before={next_page['next']}")
    told = [[item["text"] for item in one["items"]] for one in (page, next_page, last)]
    assert told == [["4", "3"], ["2", "1"], ["0"]]
    assert last["next"] is None


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("before=yesterday", "query:before"),
        ("before=1-2-3", "query:before"),
        ("level=loud", "query:level"),
        ("limit=0", "query:limit"),
    ],
)
async def test_a_query_that_cannot_be_read_is_refused(brewery: Brewery, query: str, where: str) -> None:
    assert await brewery.refusal(f"/logs?{query}") == (422, [where])


async def test_sources_are_those_that_spoke_agents_and_the_server(brewery: Brewery) -> None:
    say(brewery, "one", "controller/garage")
    say(brewery, "two", "controller/garage")
    body = await brewery.read("/logs/sources")
    assert body["items"][0] == {"source": "controller/garage", "level": "info", "lines": 2}
    assert "server" in [item["source"] for item in body["items"]]


@pytest.mark.parametrize("path", ["controller/garage", "controller%2Fgarage"])
async def test_an_admin_chooses_from_which_level_a_source_tells(brewery: Brewery, path: str) -> None:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.put(f"/api/v1/logs/sources/{path}", json={"level": "warning", "reason": "loud"})
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"source": "controller/garage", "level": "warning", "lines": 0}
        say(brewery, "quiet", "controller/garage")
        say(brewery, "loud", "controller/garage", LogLevel.WARNING)
        assert await read(brewery) == ["loud"]
        setting = (await client.get(f"/api/v1/settings/{KEY}")).json()
        assert setting["value"] == {"controller/garage": "warning"}
        await client.put(f"/api/v1/logs/sources/{path}", json={"level": "info"})
        assert (await client.get(f"/api/v1/settings/{KEY}")).json()["value"] == {}


async def test_the_setting_itself_is_heeded_and_looked_through(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.ADMIN) as client:
        wrong = {"a/b/c": "info", "server": "loud"}
        answer = await client.put(f"/api/v1/settings/{KEY}", json={"value": wrong})
        assert answer.status_code == 422
        assert [e["where"] for e in answer.json()["errors"]] == ["/value/a~1b~1c", "/value/server"]
        answer = await client.put(f"/api/v1/settings/{KEY}", json={"value": ["server"]})
        assert [e["where"] for e in answer.json()["errors"]] == ["/value"]
        assert (await client.put(f"/api/v1/settings/{KEY}", json={"value": {"server": "error"}})).is_success
        assert brewery.site.logs.levels.of("server") is LogLevel.ERROR
        assert (await client.delete(f"/api/v1/settings/{KEY}")).is_success
        assert brewery.site.logs.levels.of("server") is LogLevel.INFO


@pytest.mark.parametrize("path", ["a/b/c", "%0A", "x" * 200])
async def test_what_is_no_source_has_no_level(brewery: Brewery, path: str) -> None:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.put(f"/api/v1/logs/sources/{path}", json={"level": "debug"})
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == ["path:source"]


async def test_what_repeats_is_one_line_that_says_how_often(brewery: Brewery) -> None:
    for _ in range(3):
        say(brewery, "again")
    (item,) = (await brewery.read("/logs"))["items"]
    assert item["fields"] == {"agent": "cellar", "times": "3"}
