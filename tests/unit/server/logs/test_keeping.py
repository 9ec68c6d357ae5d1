import asyncio
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from msgspec import json
from structlog.testing import capture_logs

from krausen.model.journal import JournalEntry
from krausen.model.log import LogLevel, LogLine
from krausen.server.live import Live
from krausen.server.logs.choices import KEY
from krausen.server.logs.keeping import (
    ASTRAY_MS,
    MOST_TOLD,
    MOST_WAITING,
    TICK_S,
    Logs,
    message_of,
)
from krausen.server.logs.levels import Levels
from krausen.server.logs.record import Search
from krausen.server.settings import FreeSettings
from krausen.simulation.loop import jumping
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from krausen.wire.instants import LATEST_MS
from krausen.wire.messages import ControllerSaid, LinesTold, ToldLine
from tests.unit.server.desk import ANNA

NOW = 1_790_000_000_000


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class LoudLive(Live):
    """Says something itself whenever it says something."""

    said_too: Callable[[], None] = staticmethod(lambda: None)

    def say(self, channel: str, message: object) -> None:
        self.said_too()
        super().say(channel, message)


class Attic:
    """Logs of a site in memory, and what listeners were told of them."""

    def __init__(self) -> None:
        self.clock = HandClock(NOW)
        self.live = LoudLive(self.clock, "e")
        self.catalog = MemoryCatalog()
        self.settings = FreeSettings(self.catalog, self.live, self.clock)
        self.logs = Logs(self.live, self.clock, Levels(self.catalog, self.settings))

    def said(self) -> list[dict[str, Any]]:
        """Give the messages of the channel from its beginning."""
        frames = self.live.missed("logs", "e.0")
        return [json.decode(frame.text)["message"] for frame in frames or ()]

    async def kept(self) -> list[LogLine]:
        """Give all lines, oldest first."""
        return [kept.line for kept in await self.logs.find(Search(), None, 100_000)][::-1]


def line(
    text: str = "said", at: int = NOW, level: LogLevel = LogLevel.INFO, source: str = "server"
) -> LogLine:
    return LogLine(at=at, level=level, source=source, text=text)


def told(*texts: str, at: int = NOW, now: int = NOW, lost: int = 0) -> LinesTold:
    return LinesTold(lines=tuple(ToldLine(at, "info", text) for text in texts), now=now, lost=lost)


async def test_a_line_is_kept_and_told_with_the_next_tick() -> None:
    attic = Attic()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(attic.logs.run())
        await asyncio.sleep(1)
        attic.logs.take(LogLine(at=NOW, level=LogLevel.ERROR, source="server", text="oh", fields={"n": "1"}))
        await asyncio.sleep(2 * TICK_S)
        running.cancel()
    assert attic.said() == [
        {
            "id": f"{NOW}-1",
            "time": "2026-09-21T14:13:20.000Z",
            "level": "error",
            "source": "server",
            "text": "oh",
            "fields": {"n": "1"},
        }
    ]
    attic.logs.take(line("after the end"))
    assert len(await attic.kept()) == 2


async def test_a_line_that_is_said_because_a_line_is_told_is_kept_and_not_told() -> None:
    attic = Attic()
    attic.live.said_too = lambda: attic.logs.take(line("told one"))
    attic.logs.take(line("first"))
    for _ in range(5):
        attic.logs.flush()
    assert [message["text"] for message in attic.said()] == ["first"]
    assert [one.text for one in await attic.kept()] == ["first", "told one"]


async def test_lines_may_come_from_any_thread_and_none_is_lost() -> None:
    attic = Attic()

    def chatter(name: str) -> None:
        for n in range(500):
            attic.logs.take(line(f"{name} {n}", at=NOW + n))

    threads = [Thread(target=chatter, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(await attic.kept()) == 2000


async def test_a_flood_is_bounded_thinned_and_owned_up_to() -> None:
    attic = Attic()
    for n in range(MOST_WAITING + 7):
        attic.logs.take(line(str(n)))
    attic.logs.flush()
    kept = await attic.kept()
    assert [one.text for one in kept[:1]] == ["7"]
    assert kept[-1].text.startswith("7 lines before this one were too many")
    assert len(attic.said()) < 300
    assert "too many to be told" in attic.said()[-1]["text"]


async def test_a_line_repeated_is_one_with_how_often() -> None:
    attic = Attic()
    for _ in range(1000):
        attic.logs.take(line("again"))
    attic.logs.flush()
    assert [message["fields"] for message in attic.said()] == [{"times": "1000"}]


async def test_lines_of_before_are_taken_up_once_and_told_to_nobody() -> None:
    attic = Attic()
    attic.logs.take(line("now", at=NOW))
    before = [line("then", at=NOW - 9), line("now", at=NOW)]
    attic.logs.take_up(before)
    attic.logs.take_up(before)
    assert [one.text for one in await attic.kept()] == ["then", "now"]
    assert [message["text"] for message in attic.said()] == ["now"]


async def test_what_an_agent_tells_that_its_file_had_already_is_kept_once() -> None:
    attic = Attic()
    attic.logs.take_up([line("link.lost", source="cellar")])
    attic.logs.told("cellar", told("link.lost", "link.works"))
    assert [one.text for one in await attic.kept()] == ["link.lost", "link.works"]


@pytest.mark.parametrize(("name", "source"), [("cellar", "cellar"), ("server", "agent/server")])
async def test_an_agent_speaks_for_itself_alone(name: str, source: str) -> None:
    attic = Attic()
    attic.logs.told(name, told("mine"))
    assert [one.source for one in await attic.kept()] == [source]


async def test_lines_of_an_agent_whose_clock_is_wrong_stand_where_they_belong() -> None:
    attic = Attic()
    attic.logs.told("cellar", told("wrong", at=5_000, now=8_000))
    attic.logs.told("cellar", told("right", at=NOW - ASTRAY_MS, now=NOW - ASTRAY_MS))
    assert {one.text: one.at for one in await attic.kept()} == {
        "wrong": NOW - 3_000,
        "right": NOW - ASTRAY_MS,
    }


async def test_anything_an_agent_says_is_taken_within_bounds() -> None:
    attic = Attic()
    wild = ToldLine(-(2**63), "deafening", "x" * 10_000, {str(n): "y" * 2_000 for n in range(99)}, -4)
    late = ToldLine(2**63 - 1, "critical", "late")
    attic.logs.told("cellar", LinesTold(lines=(wild, late, *[late] * MOST_TOLD), now=0))
    first, *rest = await attic.kept()
    assert (first.at, first.level, first.times, len(first.text)) == (0, LogLevel.INFO, 1, 2_000)
    assert len(first.fields) == 24
    assert {one.at for one in rest if one.text == "late"} == {LATEST_MS}
    assert [one.text for one in rest if "lost" in one.text] != []


async def test_lines_that_an_agent_had_no_room_for_are_owned_up_to() -> None:
    attic = Attic()
    attic.logs.told("cellar", told("last", lost=40))
    assert [(one.source, one.text.split()[0]) for one in await attic.kept()] == [
        ("cellar", "last"),
        ("cellar", "40"),
    ]


async def test_what_a_controller_says_is_a_line_of_its_own() -> None:
    attic = Attic()
    attic.logs.said(ControllerSaid("garage", -1, "Cooling", "warning"))
    assert await attic.kept() == [line("Cooling", level=LogLevel.WARNING, source="controller/garage")]


async def test_a_source_tells_from_its_level_on_at_once_and_after_a_restart() -> None:
    attic = Attic()
    followed: list[str] = []
    attic.logs.levels.follow(followed.append)
    await attic.logs.levels.choose("server", LogLevel.WARNING, ANNA)
    await attic.logs.levels.choose("cellar", LogLevel.DEBUG, ANNA)
    again = Attic()
    again.catalog = attic.catalog
    again.logs = Logs(again.live, again.clock, Levels(attic.catalog, again.settings))
    await again.logs.levels.load()
    for there in (attic, again):
        there.logs.take(line("hushed"))
        there.logs.take(line("heard", source="cellar", level=LogLevel.DEBUG))
        assert [one.text for one in await there.kept()] == ["heard"]
    assert followed == ["server", "cellar"]


async def test_two_who_choose_at_the_same_moment_both_have_their_way() -> None:
    attic = Attic()
    async with asyncio.TaskGroup() as tasks:
        for source in ("server", "cellar"):
            tasks.create_task(attic.logs.levels.choose(source, LogLevel.ERROR, ANNA))
    assert sorted(attic.logs.levels.chosen) == ["cellar", "server"]


async def test_a_setting_of_before_that_makes_no_sense_is_passed_over_and_said() -> None:
    attic = Attic()
    entry = JournalEntry(at=NOW, by="anna", what="setting", id=KEY, action="updated")
    await attic.catalog.keep_setting(KEY, {"server": "loud"}, entry)
    with capture_logs() as logs:
        await attic.logs.levels.load()
    assert [one["event"] for one in logs] == ["logs.levels_unknown"]
    assert attic.logs.levels.of("server") is LogLevel.INFO


async def test_a_long_search_lets_others_have_their_turn() -> None:
    attic = Attic()
    attic.logs.take_up([line(str(n), at=n) for n in range(5000)])
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        counting = tasks.create_task(count())
        assert await attic.logs.find(Search(words=("nowhere",)), None, 10) == []
        counting.cancel()
    assert turns >= 9


def test_a_line_that_is_only_said_has_no_id() -> None:
    assert set(message_of(line())) == {"time", "level", "source", "text"}
