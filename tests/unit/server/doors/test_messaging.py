"""Guests by WebSocket: who is let in, how much they may say, and how conversations end."""

import asyncio

import pytest
from msgspec.structs import replace

from krausen.errors import Defect, Invalid, KrausenError, LinkLost, StorageAway
from krausen.model.door import DoorState
from krausen.ports.clock import Clock
from krausen.ports.door import Messages, Site, Sockets
from krausen.server.doors.admission import KNOCKS_AT_ONCE
from krausen.server.doors.conversing import MOST_OF_ONE
from krausen.server.doors.guarded import Guarded
from tests.unit.server.doors.hall import LINE, NEAR, Hall, Settings

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000


class Line:
    """A connection whose guest says what is put into `said`; a failure in it is raised."""

    def __init__(self, *said: str | Exception | None) -> None:
        self.said: asyncio.Queue[str | Exception | None] = asyncio.Queue()
        for one in said:
            self.said.put_nowait(one)
        self.heard: list[str] = []
        self.accepted = False
        self.closed: tuple[int, str] | None = None
        self.is_stuck = False

    @property
    def address(self) -> str:
        """The network address of the guest."""
        return NEAR

    async def accept(self) -> None:
        """Take the connection."""
        self.accepted = True

    async def receive(self) -> str | None:
        """Give what is said next."""
        said = await self.said.get()
        if isinstance(said, Exception):
            raise said
        return said

    async def send(self, text: str) -> None:
        """Hear something, unless stuck."""
        if self.is_stuck:
            await asyncio.Event().wait()
        self.heard.append(text)

    async def close(self, code: int, reason: str) -> None:
        """Be closed."""
        self.closed = (code, reason)


async def echo(_: Settings, messages: Messages, site: Site) -> None:
    """Say everything again; some words make it fail."""
    failures: dict[str, KrausenError] = {"bad": Invalid("Bad."), "full": StorageAway("Full.")}
    while (text := await messages.receive()) is not None:
        if text in failures:
            raise ExceptionGroup("Several", [ExceptionGroup("Inside", [failures[text]])])
        assert text != "stumble"
        await messages.send(f"{messages.address} {text} {site.now()}")


ECHO = replace(LINE, sockets=Sockets(paths=lambda _: ("/echo",), converse=echo, largest=10))


def guarded(*allow: str) -> Guarded:
    hall = Hall(Clock(NOW, lambda: 0.0))
    door = Guarded(ECHO, hall.storage, hall.backing, 0.05)
    door.be(DoorState(name="line", enabled=True, allow=allow or ("127.0.0.0/8",)))
    return door


def told(door: Guarded) -> tuple[int, list[str]]:
    return door.tally.knocks, [one.reason for one in door.tally.recent_refusals]


async def test_what_a_guest_says_is_answered_until_they_go() -> None:
    door, line = guarded(), Line("hello", None)
    await door.talk(line)
    assert (line.heard, line.closed) == ([f"{NEAR} hello {NOW}"], (1000, ""))
    assert told(door) == (1, [])


async def test_who_is_elsewhere_is_not_taken() -> None:
    door, line = guarded("10.0.0.0/8"), Line("hello")
    await door.talk(line)
    assert (line.accepted, line.closed is not None and line.closed[0]) == (False, 4403)
    assert told(door)[0] == 0


@pytest.mark.parametrize(
    ("said", "code"), [("x" * 11, 1009), ("ü" * 6, 1009), ("bad", 1008), ("stumble", 1008), ("full", 1013)]
)
async def test_what_cannot_be_taken_ends_it_with_a_code_and_the_reason(said: str, code: int) -> None:
    door, line = guarded(), Line(said)
    await door.talk(line)
    assert line.closed is not None
    assert line.closed[0] == code
    assert told(door) == (1, [line.closed[1]])


async def test_who_says_too_much_too_fast_is_sent_away() -> None:
    door, line = guarded(), Line(*["x"] * KNOCKS_AT_ONCE)
    await door.talk(line)
    assert (len(line.heard), line.closed is not None and line.closed[0]) == (KNOCKS_AT_ONCE - 1, 1013)


async def test_who_says_nothing_at_first_is_sent_away_and_who_just_listens_later_is_not() -> None:
    door, silent, listening = guarded(), Line(), Line("hello")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(door.talk(silent))
        tasks.create_task(door.talk(listening))
        await asyncio.sleep(0.2)
        assert silent.closed == (1013, "The guest said nothing for 0.05 s.")
        assert listening.closed is None
        listening.said.put_nowait(None)


async def test_who_takes_nothing_is_sent_away() -> None:
    door, line = guarded(), Line("hello")
    line.is_stuck = True
    await door.talk(line)
    assert line.closed == (1013, "The guest took no message for 0.05 s.")


async def test_a_line_that_breaks_is_no_refusal() -> None:
    door, line = guarded(), Line("hello", LinkLost("Gone."))
    await door.talk(line)
    assert told(door) == (1, [])


async def test_one_address_has_so_many_conversations_at_once() -> None:
    door, lines = guarded(), [Line("hello") for _ in range(MOST_OF_ONE)]
    async with asyncio.TaskGroup() as tasks:
        for line in lines:
            tasks.create_task(door.talk(line))
        await asyncio.sleep(0.01)
        late = Line("hello")
        await door.talk(late)
        assert late.closed is not None
        assert late.closed[0] == 4403
        for line in lines:
            line.said.put_nowait(None)


async def test_a_change_of_the_door_ends_all_conversations() -> None:
    door, lines = guarded(), [Line("hello"), Line("hello")]
    async with asyncio.TaskGroup() as tasks:
        for line in lines:
            tasks.create_task(door.talk(line))
        await asyncio.sleep(0.01)
        door.be(DoorState(name="line"))
        door.be(DoorState(name="line", enabled=True, allow=("127.0.0.0/8",)))
    assert [line.closed for line in lines] == [(1012, "The door was changed.")] * 2
    again = Line("hello", None)
    await door.talk(again)
    assert again.closed == (1000, "")


async def test_a_door_without_sockets_is_not_talked_to() -> None:
    hall = Hall(Clock(NOW, lambda: 0.0))
    door, line = Guarded(LINE, hall.storage, hall.backing, 1.0), Line()
    door.be(DoorState(name="line", enabled=True, allow=("127.0.0.0/8",)))
    await door.talk(line)
    assert line.closed == (1008, "The door line does not speak by WebSocket.")
    assert isinstance(Defect(""), KrausenError)
