"""What was learned outlives the agent, and never harms a loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.learned import KEEP_S, MOST, TELL_S, LearnedBook
from krausen.control.algorithm import Inputs
from krausen.control.algorithms import hysteresis, learning
from krausen.control.interlocks import Hardware, Times
from krausen.control.learning.belief import begin
from krausen.control.learning.keeping import believed, kept
from krausen.control.regulation import Memory, Plan, start
from krausen.control.resuming import learned_in
from krausen.model.learned import FORM, Learned, Standing
from krausen.model.setpoint import Mode, Setpoint
from krausen.testing.clock import HandClock
from krausen.testing.link import FakeLink
from krausen.testing.notebook import MemoryNotebook
from krausen.wire.messages import Desired, LearnedTold, MemoryWish, VesselOrder
from tests.unit.agent.orders import FASS, order

QUICK = Times(min_on_s=0.0, min_off_s=0.0)
PLAN = Plan(
    algorithm=learning.ALGORITHM, settings=learning.Settings(), hardware=Hardware(QUICK, QUICK), window_s=0.0
)
OTHER = replace(PLAN, algorithm=hysteresis.ALGORITHM, settings=hysteresis.Settings())
HOLD = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
OFF = Setpoint(revision=1, mode=Mode.OFF)
FRESH = start(PLAN, 0.0)


def learned(beer_c: float = 19.0, watched_h: float = 30.0) -> Learned:
    return kept(begin(beer_c, 18.0, valve=False), watched_h, Standing.LEARNING, ())


def holding(beer_c: float, from_memory: Memory = FRESH) -> Memory:
    """Give the memory of a loop that has held for a while."""
    state = from_memory.algorithm
    for n in range(60):
        inputs = Inputs(now_s=10.0 * n, setpoint_c=18.0, measured_c=beer_c, beer_c=beer_c, chamber_c=17.0)
        state, _ = learning.step(learning.Settings(), state, inputs)
    return Memory(state, FRESH.outputs)


def wanted(memory: MemoryWish | None, vessel: str = "fass") -> VesselOrder:
    return replace(order(18.0, vessel=replace(FASS, id=vessel)), memory=memory)


class Shelf:
    """A book and its notebook, which outlives it."""

    def __init__(self, document: bytes | None = None) -> None:
        self.notebook = MemoryNotebook(document)
        self.clock = HandClock(5_000)
        self.timely = asyncio.Event()
        self.timely.set()

    async def opened(self) -> LearnedBook:
        book = LearnedBook(self.notebook, self.clock, self.timely)
        await book.load()
        return book

    def known(self, book: LearnedBook, vessel: str = "fass") -> Learned | None:
        """What a loop that begins is given back."""
        return learned_in(PLAN, book.resumed(vessel, PLAN, FRESH, HOLD))


@asynccontextmanager
async def linked(book: LearnedBook) -> AsyncIterator[FakeLink]:
    link = FakeLink()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(book.run(link.agent))
        yield link
        task.cancel()


async def heard(link: FakeLink, within_s: float = 1.0) -> list[LearnedTold]:
    found: list[LearnedTold] = []
    try:
        async with asyncio.timeout(within_s):
            while True:
                message = await link.server.receive()
                assert isinstance(message, LearnedTold)
                found.append(message)
    except TimeoutError:
        return found


@given(beer_c=st.floats(-5, 40), air_c=st.floats(-20, 40), watched_h=st.floats(0, 1e5), valve=st.booleans())
def test_what_is_kept_is_believed_again_after_a_way_through_json(
    beer_c: float, air_c: float, watched_h: float, valve: bool
) -> None:
    belief = begin(beer_c, air_c, valve=valve)
    told = kept(belief, watched_h, Standing.SURE, ("It cools less than it did.",))
    again = json.decode(json.encode(told), type=Learned)
    assert again == told
    assert believed(again) == believed(told)
    assert kept(believed(again), watched_h, Standing.SURE, told.doubts) == told


# ——— the notebook ———


async def test_what_a_loop_has_learned_is_given_back_after_a_restart() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    memory = holding(19.5)
    book.note("fass", PLAN, memory)
    await book.flush()
    again = await shelf.opened()
    assert shelf.known(again) == learned_in(PLAN, memory)
    assert shelf.known(again, "keg") is None


async def test_nothing_is_written_while_nothing_is_new() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    await book.flush()
    assert shelf.notebook.document is None
    book.note("fass", PLAN, FRESH)
    book.note("fass", OTHER, start(OTHER, 0.0))
    await book.flush()
    assert shelf.notebook.document is None
    book.note("fass", PLAN, holding(19.5))
    await book.flush()
    shelf.notebook.document = b"untouched"
    await book.flush()
    assert shelf.notebook.document == b"untouched"


async def test_it_is_written_down_every_few_minutes_and_at_once_when_a_wish_is_taken() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(book.keep())
        book.note("fass", PLAN, holding(19.5))
        await asyncio.sleep(KEEP_S - 1)
        assert shelf.known(await shelf.opened()) is None
        await asyncio.sleep(2)
        first = shelf.known(await shelf.opened())
        assert first is not None
        book.heard(Desired((wanted(MemoryWish(1)),)))
        await asyncio.sleep(1)
        assert shelf.known(await shelf.opened()) is None
        task.cancel()


async def test_while_it_is_off_what_was_learned_before_is_not_lost() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    memory = holding(19.5)
    book.note("fass", PLAN, memory)
    for _ in range(3):
        book.note("fass", PLAN, book.resumed("fass", PLAN, FRESH, OFF))
    assert shelf.known(book) == learned_in(PLAN, memory)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"vessels": {"fass": 3}}',
        json.encode({"vessels": {"fass": {"learned": replace(learned(), form=FORM + 1)}}}),
        json.encode({"vessels": {"fass": {"learned": replace(learned(), mean=(1.0,))}}}),
        json.encode({"vessels": {"fass": {"learned": learned()}}}).replace(b"30.0", b"NaN"),
        json.encode({"vessels": {"fass": {"learned": learned()}}})[:-700],
    ],
)
async def test_what_is_damaged_or_of_another_form_is_said_set_aside_and_learned_anew(document: bytes) -> None:
    shelf = Shelf(document)
    with capture_logs() as logs:
        book = await shelf.opened()
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["learned.damaged"]
    assert shelf.notebook.aside == document
    assert shelf.known(book) is None
    book.note("fass", PLAN, holding(19.5))
    await book.flush()
    assert shelf.known(await shelf.opened()) is not None


async def test_of_a_file_that_is_partly_of_another_form_the_rest_is_taken_up() -> None:
    odd = replace(learned(), form=FORM + 1)
    document = json.encode({"vessels": {"fass": {"learned": learned()}, "keg": {"learned": odd}}})
    shelf = Shelf(document)
    with capture_logs():
        book = await shelf.opened()
    assert shelf.notebook.aside == document
    assert shelf.known(book) == learned()
    assert shelf.known(book, "keg") is None
    await book.flush()
    assert shelf.known(await shelf.opened()) == learned()


async def test_a_disk_that_refuses_harms_nobody_and_is_said_once() -> None:
    shelf = Shelf(json.encode({"vessels": {"keg": {"learned": learned()}}}))
    before = shelf.notebook.document
    shelf.notebook.away = "The disk is full."
    with capture_logs() as logs:
        book = await shelf.opened()
        book.note("fass", PLAN, holding(19.5))
        for _ in range(3):
            await book.flush()
    assert [line["event"] for line in logs] == ["learned.unread", "learned.not_kept"]
    shelf.notebook.away = ""
    await book.flush()
    assert shelf.notebook.aside == before
    assert shelf.known(await shelf.opened()) == shelf.known(book) is not None


async def test_a_book_without_a_notebook_remembers_as_long_as_it_lives() -> None:
    book = LearnedBook(None, HandClock(), asyncio.Event())
    await book.load()
    book.note("fass", PLAN, holding(19.5))
    await book.flush()
    assert learned_in(PLAN, book.resumed("fass", PLAN, FRESH, HOLD)) is not None


async def test_what_somebody_else_has_learned_is_taken_where_nothing_is_known() -> None:
    shelf = Shelf(json.encode({"vessels": {"fass": {"learned": learned(15.0)}}}))
    book = LearnedBook(shelf.notebook, shelf.clock, shelf.timely)
    book.offer("fass", learned(25.0))
    book.offer("keg", learned(25.0))
    await book.load()
    assert shelf.known(book) == learned(15.0)
    assert shelf.known(book, "keg") == learned(25.0)


async def test_of_vessels_that_are_not_ours_any_more_the_oldest_are_forgotten_first() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    for n in range(MOST + 5):
        shelf.clock.now_ms += 1
        book.offer(f"v{n}", learned())
    book.heard(Desired((wanted(None, "v0"),)))
    assert [shelf.known(book, f"v{n}") is None for n in (0, 1, 5, 6, MOST + 4)] == [
        False,
        True,
        True,
        False,
        False,
    ]


# ——— wishes ———


async def test_a_wish_replaces_what_a_loop_has_learned_and_is_taken_once() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    memory = holding(19.5)
    book.note("fass", PLAN, memory)
    book.heard(Desired((wanted(MemoryWish(3, learned(12.0))), wanted(None, "keg"))))
    book.note("fass", PLAN, memory)
    memory = book.resumed("fass", PLAN, memory, HOLD)
    assert learned_in(PLAN, memory) == learned(12.0)
    later = holding(19.5, memory)
    book.note("fass", PLAN, later)
    book.heard(Desired((wanted(MemoryWish(3, learned(12.0))),)))
    assert book.resumed("fass", PLAN, later, HOLD) is later
    assert shelf.known(book) == learned_in(PLAN, later)


async def test_a_wish_makes_a_loop_forget_even_while_it_is_off_and_after_a_restart() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    book.note("fass", PLAN, holding(19.5))
    book.heard(Desired((wanted(MemoryWish(1)),)))
    assert learned_in(PLAN, book.resumed("fass", PLAN, FRESH, OFF)) is None
    assert shelf.known(book) is None
    await book.flush()
    again = await shelf.opened()
    again.note("fass", PLAN, holding(12.0))
    again.heard(Desired((wanted(MemoryWish(1)),)))
    assert shelf.known(again) is not None


async def test_a_wish_that_is_no_model_is_said_once_and_changes_nothing() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    memory = holding(19.5)
    book.note("fass", PLAN, memory)
    odd = MemoryWish(1, replace(learned(), spread=()))
    with capture_logs() as logs:
        for _ in range(3):
            book.heard(Desired((wanted(odd),)))
    assert [line["event"] for line in logs] == ["learned.refused"]
    assert shelf.known(book) == learned_in(PLAN, memory)


# ——— the link ———


async def test_the_server_is_told_on_every_new_link_then_seldom_and_at_once_of_a_wish_taken() -> None:
    shelf = Shelf()
    book = await shelf.opened()
    memory = holding(19.5)
    book.note("fass", PLAN, memory)
    book.heard(Desired((wanted(None),), learned=True))
    for _ in range(2):
        async with linked(book) as link:
            (told,) = await heard(link)
            assert (told.vessel, told.at, told.revision) == ("fass", 5_000, 0)
            assert told.learned == learned_in(PLAN, memory)
    async with linked(book) as link:
        await heard(link)
        book.note("fass", PLAN, holding(21.0))
        assert await heard(link, TELL_S - 10.0) == []
        assert len(await heard(link, 20.0)) == 1
        assert await heard(link, 3 * TELL_S) == []
        book.heard(Desired((wanted(MemoryWish(4)),), learned=True))
        (told,) = await heard(link)
        assert (told.learned, told.revision) == (None, 4)


async def test_nothing_is_told_of_vessels_of_others_before_the_server_asks_or_the_time_is_known() -> None:
    shelf = Shelf()
    shelf.timely.clear()
    book = await shelf.opened()
    book.offer("keg", learned())
    book.offer("fass", learned())
    ours = wanted(None), wanted(None, "new")
    book.heard(Desired(ours))
    async with linked(book) as link:
        assert await heard(link) == []
        book.heard(Desired(ours, learned=True))
        assert await heard(link) == []
        shelf.timely.set()
        assert [told.vessel for told in await heard(link)] == ["fass"]
    book.forget()
    async with linked(book) as link:
        assert await heard(link) == []
        book.heard(Desired(ours))
        assert await heard(link) == []
