import asyncio
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.agent.lines import AT_ONCE, MOST, MOST_CHARS, PAUSE_S, Lines
from krausen.model.log import LogLevel, LogLine
from krausen.wire.messages import LARGEST_FRAME, Desired, LinesTold, encode
from tests.unit.agent.line import Line


def line(text: str, level: LogLevel = LogLevel.INFO, times: int = 1) -> LogLine:
    return LogLine(at=7, level=level, source="pi", text=text, times=times)


def lines(heed: list[LogLevel] | None = None) -> Lines:
    return Lines(lambda: 9, (heed if heed is not None else []).append)


def drained(logged: Lines) -> list[LinesTold]:
    told = []
    while (message := logged.next()) is not None:
        told.append(message)
        logged.sent()
    return told


def texts(told: list[LinesTold]) -> list[str]:
    return [one.text for message in told for one in message.lines]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3)), max_size=300))
def test_below_the_bound_nothing_is_lost_and_all_is_in_order(said: list[tuple[str, int]]) -> None:
    logged = lines()
    for text, times in said:
        logged.take(line(text, times=times))
    told = drained(logged)
    spoken = [one.text for message in told for one in message.lines for _ in range(one.times)]
    assert spoken == [text for text, times in said for _ in range(times)]
    assert sum(message.lost for message in told) == 0


def test_what_repeats_takes_no_room() -> None:
    logged = lines()
    for _ in range(10 * MOST):
        logged.take(line("again"))
    (message,) = drained(logged)
    assert [(one.text, one.times) for one in message.lines] == [("again", 10 * MOST)]


def test_the_oldest_make_room_and_are_counted() -> None:
    logged = lines()
    for n in range(MOST + 5):
        logged.take(line(str(n)))
    told = drained(logged)
    assert texts(told) == [str(n) for n in range(5, MOST + 5)]
    assert [message.lost for message in told] == [5, *[0] * (len(told) - 1)]
    assert len(told[0].lines) == AT_ONCE


def test_large_lines_are_bounded_too_and_every_message_fits_into_a_frame() -> None:
    logged = lines()
    for n in range(300):
        logged.take(line(f"{n} " + "ä" * 10_000))
    told = drained(logged)
    assert sum(len(text) for text in texts(told)) <= MOST_CHARS
    assert all(len(encode(message)) < LARGEST_FRAME for message in told)


def test_lines_that_did_not_get_away_are_given_again_with_the_time_of_then() -> None:
    now = 9
    logged = Lines(lambda: now)
    logged.take(line("a"))
    first = logged.next()
    now = 11
    logged.take(line("b"))
    assert first is not None
    assert logged.next() == LinesTold(lines=first.lines, now=11)
    logged.sent()
    assert texts(drained(logged)) == ["b"]


def test_lines_may_come_from_any_thread() -> None:
    logged = lines()

    def chatter() -> None:
        for n in range(100):
            logged.take(line(str(n)))

    threads = [Thread(target=chatter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.times for message in drained(logged) for one in message.lines) == 400


def test_another_level_is_heeded_once_and_holds_for_what_comes() -> None:
    heeded: list[LogLevel] = []
    logged = lines(heeded)
    for name in ("info", "debug", "debug", "warning"):
        logged.tell_from(name)
    logged.take(line("hushed"))
    logged.take(line("loud", LogLevel.ERROR))
    assert heeded == [LogLevel.DEBUG, LogLevel.WARNING]
    assert texts(drained(logged)) == ["loud"]


# ——— over a link ———


async def test_a_server_that_asks_is_told_what_waited_and_what_comes() -> None:
    there = Line()
    logged = there.uplink.telling.logged = lines()
    logged.take(line("before"))
    async with there.running():
        link = await there.greeted()
        await asyncio.sleep(5 * PAUSE_S)
        assert link.server.waiting() == 0
        await link.server.send(Desired((), lines="info"))
        told = await link.server.receive()
        assert isinstance(told, LinesTold)
        assert (texts([told]), told.now) == (["before"], 9)
        logged.take(line("after"))
        told = await link.server.receive()
        assert isinstance(told, LinesTold)
        assert texts([told]) == ["after"]


@pytest.mark.parametrize("asked", ["", "info"])
async def test_a_server_that_does_not_ask_is_told_nothing(asked: str) -> None:
    there = Line()
    logged = there.uplink.telling.logged = lines()
    async with there.running():
        link = await there.greeted()
        await link.server.send(Desired((), lines=asked))
        await link.server.send(Desired(()))
        await asyncio.sleep(2 * PAUSE_S)
        logged.take(line("private"))
        await asyncio.sleep(5 * PAUSE_S)
        assert link.server.waiting() == 0


async def test_over_a_new_link_the_server_has_to_ask_again_and_nothing_is_lost() -> None:
    there = Line()
    logged = there.uplink.telling.logged = lines()
    async with there.running():
        link = await there.greeted()
        await link.server.send(Desired((), lines="info"))
        await asyncio.sleep(PAUSE_S)
        link.cut()
        logged.take(line("meanwhile"))
        link = await there.greeted()
        await asyncio.sleep(5 * PAUSE_S)
        assert link.server.waiting() == 0
        await link.server.send(Desired((), lines="info"))
        told = await link.server.receive()
        assert isinstance(told, LinesTold)
        assert texts([told]) == ["meanwhile"]


async def test_a_flood_of_lines_leaves_the_link_to_readings() -> None:
    there = Line()
    logged = there.uplink.telling.logged = lines()
    async with there.running():
        link = await there.greeted()
        await link.server.send(Desired((), lines="info"))
        await asyncio.sleep(1)
        for n in range(MOST):
            logged.take(line(str(n)))
        await there.owe(0, 10)
        await asyncio.sleep(3 * PAUSE_S)
        kinds = [type(await link.server.receive()).__name__ for _ in range(link.server.waiting())]
    assert kinds.count("LinesTold") <= 4
    assert kinds.count("ReadingsTaken") == 1
