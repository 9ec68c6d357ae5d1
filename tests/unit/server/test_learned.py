"""What agents learn as the server takes it in: kept, refused, wished for."""

import asyncio
from math import isfinite
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import DecodeError, json
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen import __version__
from krausen.control.learning.belief import begin
from krausen.control.learning.insight import insight
from krausen.control.learning.keeping import kept
from krausen.errors import Invalid, NotFound, Stale, StorageAway
from krausen.model.learned import FORM, Learned, Standing
from krausen.model.vessel import FIRMWARE
from krausen.ports.catalog.learned import LearnedRecord
from krausen.server.learned import Learning, check
from krausen.simulation.loop import jumping
from krausen.testing.link import FakeLink
from krausen.wire.messages import (
    LARGEST_FRAME,
    Desired,
    LearnedTold,
    MemoryWish,
    VesselOrder,
    Welcome,
    encode,
    from_agent,
    from_server,
)
from tests.unit.server.desk import ANNA, FASS, KEG
from tests.unit.server.office import Office, asked, hello, settle

WARM = kept(begin(19.0, 18.0, valve=False), 30.0, Standing.LEARNING)
NOTHING = LearnedRecord(vessel="fass")


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class School(Office):
    """A server core that keeps what agents learn."""

    def __init__(self) -> None:
        super().__init__()
        self.learning = self.dispatch.add(Learning(self.catalog, self.live, self.clock))

    async def record(self, vessel: str = "fass") -> LearnedRecord:
        """Give what is known of a vessel."""
        return (await self.learning.known(vessel, 400)).record


async def school() -> School:
    made = School()
    await made.arrange(FASS, KEG)
    return made


def told(
    learned: Learned | None = WARM, revision: int = 0, vessel: str = "fass", at: int = 900
) -> LearnedTold:
    return LearnedTold(vessel=vessel, at=at, learned=learned, revision=revision)


async def say(link: FakeLink, *messages: LearnedTold) -> None:
    for message in messages:
        await link.agent.send(message)
    await settle()


async def desired(link: FakeLink) -> Desired:
    message = await link.agent.receive()
    assert isinstance(message, Desired)
    return message


async def test_agents_are_asked_for_what_they_learn_only_by_a_server_that_keeps_it() -> None:
    there = await school()
    async with there.linked() as link:
        assert await asked(link, hello()) == Welcome(__version__)
        assert (await desired(link)).learned
    plain = Office()
    await plain.arrange(FASS)
    async with plain.linked() as link:
        await asked(link, hello())
        assert not (await desired(link)).learned
        await say(link, told())


async def test_what_an_agent_tells_is_kept_with_the_quantities_of_the_day_and_listeners_hear_of_it() -> None:
    there = await school()
    async with there.greeted() as link:
        await settle()
        ear = there.hear("changes")
        await say(link, told())
    assert await there.record() == LearnedRecord(vessel="fass", at=900, learned=WARM)
    known = await there.learning.known("fass", 400)
    assert known.insight is not None
    (day,) = known.days
    assert day.at == 900
    assert set(day.quantities) == set(known.insight.quantities)
    there.live.flush()
    heard = json.decode(await ear.next())["message"]
    assert heard == {"what": "learned", "id": "fass", "action": "updated", "revision": 0, "by": "pi"}


async def test_the_same_told_again_changes_nothing() -> None:
    there = await school()
    async with there.greeted() as link:
        await say(link, told())
        said = there.live.said("changes")
        await say(link, told(at=950))
    assert (await there.record()).at == 900
    assert there.live.said("changes") == said


@pytest.mark.parametrize(
    "odd",
    [
        told(replace(WARM, mean=WARM.mean[:-1])),
        told(replace(WARM, mean=(*WARM.mean, 0.0))),
        told(replace(WARM, spread=())),
        told(replace(WARM, mean=(float("nan"), *WARM.mean[1:]))),
        told(replace(WARM, spread=(float("inf"), *WARM.spread[1:]))),
        told(replace(WARM, form=FORM + 1)),
        told(replace(WARM, flow=float("nan"))),
        told(replace(WARM, flow=2.0)),
        told(replace(WARM, watched_h=-1.0)),
        told(replace(WARM, watched_h=1e300)),
        told(replace(WARM, doubts=("?",) * 100)),
        told(replace(WARM, doubts=("?" * 10_000,))),
        told(revision=-1),
        told(revision=2**63),
    ],
)
async def test_what_is_unsound_is_refused_in_words_and_nothing_changes(odd: LearnedTold) -> None:
    there = await school()
    async with there.greeted() as link:
        await say(link, told())
        before = await there.record()
        with capture_logs() as logs:
            await say(link, odd)
        assert [(line["event"], line["vessel"]) for line in logs] == [("learned.refused", "fass")]
        assert logs[0]["detail"].endswith(".")
        assert await there.record() == before
        assert there.state() == "recognised"


@pytest.mark.parametrize("vessel", ["keg", "nobody", "", "x" * 1000])
async def test_what_is_told_of_a_vessel_of_others_is_not_kept(vessel: str) -> None:
    there = await school()
    async with there.greeted() as link:
        await say(link, told(vessel=vessel))
    assert await there.catalog.learned(vessel) == LearnedRecord(vessel=vessel)


@pytest.mark.parametrize("at", [-5, 2**62, 1_000_001])
async def test_an_agent_s_clock_that_is_wrong_does_not_lead_out_of_the_past(at: int) -> None:
    there = await school()
    async with there.greeted() as link:
        await say(link, told(at=at))
    assert (await there.record()).at == (0 if at < 0 else 1_000_000)


async def test_a_disk_that_refuses_keeps_the_link_and_the_next_telling_is_kept() -> None:
    there = await school()
    async with there.greeted() as link:
        there.catalog.away = "The disk is full."
        with capture_logs() as logs:
            await say(link, told())
        there.catalog.away = ""
        assert [line["event"] for line in logs] == ["learned.not_kept"]
        await say(link, told())
    assert (await there.record()).learned == WARM


async def test_what_another_version_has_learned_is_not_shown_and_can_be_taken_away() -> None:
    there = await school()
    odd = replace(WARM, form=FORM + 1)
    await there.catalog.note_learned(LearnedRecord(vessel="fass", at=900, learned=odd), {})
    assert (await there.learning.known("fass", 400)).insight is None
    assert await there.learning.exported("fass") == odd


# ——— wishes ———


async def test_a_wish_is_sent_at_once_and_with_every_order_until_it_was_taken() -> None:
    there = await school()
    async with there.greeted() as link:
        await say(link, told())
        await there.learning.replace("fass", WARM, ANNA, "From the other fridge.")
        orders = await desired(link)
        wish = MemoryWish(1, WARM)
        assert [order.memory for order in orders.vessels] == [wish]
        assert (await there.record()).is_pending
    async with there.linked() as link:
        await asked(link, hello())
        assert [order.memory for order in (await desired(link)).vessels] == [wish]
        await say(link, told(revision=1))
        assert not (await there.record()).is_pending
        there.dispatch.changed("pi")
        assert [order.memory for order in (await desired(link)).vessels] == [None]
    (entry,) = await there.catalog.journal(1)
    assert (entry.what, entry.id, entry.action) == ("vessel", "fass", "updated")
    assert (entry.by, entry.reason) == ("Anna", "From the other fridge.")


async def test_an_agent_that_has_lost_a_wish_is_sent_it_again() -> None:
    there = await school()
    async with there.greeted() as link:
        await there.learning.forget("fass", ANNA)
        await desired(link)
        await say(link, told(None, 1))
        assert not (await there.record()).is_pending
        await say(link, told(WARM, 0))
        assert [order.memory for order in (await desired(link)).vessels] == [MemoryWish(1, None)]


async def test_a_wish_of_a_new_server_is_above_what_an_agent_has_taken_from_an_earlier_one() -> None:
    there = await school()
    async with there.greeted() as link:
        await say(link, told(revision=7))
        assert not (await there.record()).is_pending
        await there.learning.forget("fass", ANNA)
        assert [order.memory for order in (await desired(link)).vessels] == [MemoryWish(8, None)]


async def test_what_cannot_be_taken_is_refused_and_nothing_changes() -> None:
    there = await school()
    await there.arrange(
        replace(FASS, id="bare", name="Bare", agent=""),
        replace(FASS, id="firm", name="Firm", agent="brewpi", algorithm=FIRMWARE),
    )
    before = await there.catalog.journal(100)
    with pytest.raises(NotFound):
        await there.learning.forget("nobody", ANNA)
    with pytest.raises(NotFound):
        await there.learning.known("nobody", 1)
    with pytest.raises(NotFound, match="Nothing has been learned of Fass yet"):
        await there.learning.exported("fass")
    with pytest.raises(Stale, match="Bare has no agent"):
        await there.learning.forget("bare", ANNA)
    with pytest.raises(Stale, match="firmware of brewpi"):
        await there.learning.replace("firm", WARM, ANNA)
    with pytest.raises(Invalid):
        await there.learning.replace("fass", replace(WARM, mean=()), ANNA)
    there.catalog.away = "The disk is full."
    with pytest.raises(StorageAway):
        await there.learning.forget("fass", ANNA)
    there.catalog.away = ""
    assert await there.catalog.journal(100) == before
    assert await there.record() == NOTHING


# ——— bounds ———


def test_wishes_for_many_vessels_fit_into_one_frame() -> None:
    orders = tuple(VesselOrder(FASS, _wish(), MemoryWish(1, WARM)) for _ in range(40))
    frame = encode(Desired(orders))
    assert len(frame) < LARGEST_FRAME
    assert from_server(frame) == Desired(orders)


def _wish() -> Any:
    return asyncio.run(_first_wish())


async def _first_wish() -> object:
    return (await (await school()).catalog.vessel("fass")).requested


@given(cut=st.integers(0, 4000))
def test_a_frame_that_is_cut_is_no_message(cut: int) -> None:
    frame = encode(told())
    if cut >= len(frame):
        assert from_agent(frame) == told()
        return
    with pytest.raises(DecodeError):
        from_agent(frame[:cut])


@settings(max_examples=200)
@given(place=st.integers(0, 400), value=st.floats(), short=st.booleans())
@example(place=8, value=1e308, short=False)
@example(place=24 + 25, value=1e300, short=False)
@example(place=24 + 325, value=1e300, short=False)
@example(place=24 + 325, value=700.0, short=False)
def test_whatever_is_done_to_a_number_it_is_taken_or_refused_as_invalid(
    place: int, value: float, short: bool
) -> None:
    numbers = [*WARM.mean, *WARM.spread]
    numbers[place % len(numbers)] = value
    size = len(WARM.mean)
    changed = replace(WARM, mean=tuple(numbers[: size - short]), spread=tuple(numbers[size:]))
    if not is_refused(changed):
        for quantity in insight(changed).quantities.values():
            assert isfinite(quantity.value + quantity.low + quantity.high)


def is_refused(learned: Learned) -> bool:
    try:
        check(learned)
    except Invalid:
        return True
    return False
