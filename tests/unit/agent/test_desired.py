from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.desired import DesiredState
from krausen.agent.planning import Workshop, outputs
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import FIRMWARE, Limits, Role
from krausen.testing.clock import HandClock
from krausen.testing.notebook import MemoryNotebook
from krausen.wire.messages import ControllerOrder, MemoryWish, SetpointApplied, SetpointRejected, VesselOrder
from tests.unit.agent.orders import BEER, COOL, FASS, HEAT, WORKSHOP, order

KEG = replace(FASS, id="keg", name="Keg", roles={Role.BEER: BEER})
ORDERS = st.lists(
    st.builds(
        VesselOrder,
        st.builds(
            replace,
            st.just(FASS),
            id=st.text(min_size=1, max_size=5),
            name=st.text(max_size=5),
            roles=st.just({Role.BEER: BEER}),
            limits=st.builds(Limits, st.floats(-5, 0), st.floats(25, 30)),
        ),
        st.builds(Setpoint, revision=st.integers(1, 99), mode=st.just(Mode.BEER), value=st.floats(0, 25))
        | st.builds(
            Setpoint, revision=st.integers(1, 99), mode=st.just(Mode.OFF), reason=st.text(max_size=9)
        ),
    ),
    max_size=4,
    unique_by=lambda wanted: wanted.vessel.id,
).map(tuple)


class Desk:
    """A desired state with clock and notebook in our hands."""

    def __init__(self, notebook: MemoryNotebook | None = None, workshop: Workshop = WORKSHOP) -> None:
        self.clock = HandClock(5000)
        self.notebook = notebook or MemoryNotebook()
        self.state = DesiredState(self.notebook, self.clock, workshop)

    async def again(self, workshop: Workshop = WORKSHOP) -> DesiredState:
        """Give what a restart makes of the same notebook."""
        state = Desk(self.notebook, workshop).state
        await state.load()
        return state


async def test_what_is_allowed_is_held_and_answered() -> None:
    desk = Desk()
    assert await desk.state.want((order(18.0, 3),)) == [SetpointApplied("fass", 3, 5000)]
    assert desk.state.vessels() == ["fass"]
    assert desk.state.order("fass") == order(18.0, 3)
    assert desk.state.changed.is_set()


async def test_what_is_to_be_known_of_a_vessel_is_not_held_and_changes_nothing() -> None:
    desk = Desk()
    await desk.state.want((order(18.0, 3),))
    desk.state.changed.clear()
    await desk.state.want((replace(order(18.0, 3), memory=MemoryWish(1)),))
    assert desk.state.order("fass") == order(18.0, 3)
    assert not desk.state.changed.is_set()


async def test_what_is_refused_leaves_the_former_order_in_force_and_says_why() -> None:
    desk = Desk()
    await desk.state.want((order(18.0, 1),))
    (answer,) = await desk.state.want((order(31.0, 2),))
    assert isinstance(answer, SetpointRejected)
    assert (answer.vessel, answer.revision, answer.at) == ("fass", 2, 5000)
    assert "above this vessel's limit" in answer.detail
    assert desk.state.order("fass") == order(18.0, 1)
    assert (await desk.again()).order("fass") == order(18.0, 1)


async def test_a_first_order_that_is_refused_holds_nothing() -> None:
    desk = Desk()
    await desk.state.want((order(31.0),))
    assert desk.state.order("fass") is None


async def test_one_refusal_does_not_keep_others_from_being_held() -> None:
    desk = Desk()
    answers = await desk.state.want((order(31.0), order(18.0, vessel=KEG)))
    assert [type(answer) for answer in answers] == [SetpointRejected, SetpointApplied]
    assert desk.state.vessels() == ["keg"]


HEATER = {Role.BEER: BEER, Role.HEAT: HEAT}
COOLER = {Role.BEER: BEER, Role.COOL: COOL}


def on(id: str, roles: dict[Role, SeriesName], revision: int = 1) -> VesselOrder:
    return order(18.0, revision, replace(FASS, id=id, name=id.title(), roles=roles))


async def test_two_vessels_on_one_output_are_refused_with_the_name_of_the_first() -> None:
    desk = Desk()
    first, second = on("a", HEATER), on("b", HEATER)
    answers = await desk.state.want((first, second))
    assert [type(answer) for answer in answers] == [SetpointApplied, SetpointRejected]
    refused = answers[1]
    assert isinstance(refused, SetpointRejected)
    assert refused.detail == "The output pi/heater/on serves A, and cannot serve two vessels."
    assert desk.state.vessels() == ["a"]


async def test_whoever_has_an_output_keeps_it_whatever_the_order() -> None:
    desk = Desk()
    await desk.state.want((on("b", HEATER),))
    answers = await desk.state.want((on("a", HEATER), on("b", HEATER, 2)))
    assert [type(answer) for answer in answers] == [SetpointRejected, SetpointApplied]
    assert desk.state.vessels() == ["b"]


async def test_an_output_may_go_from_one_vessel_to_another_and_two_may_swap() -> None:
    desk = Desk()
    await desk.state.want((on("a", HEATER), on("b", COOLER)))
    answers = await desk.state.want((on("a", COOLER, 2), on("b", HEATER, 2)))
    assert [type(answer) for answer in answers] == [SetpointApplied] * 2
    answers = await desk.state.want((on("a", {Role.BEER: BEER}, 3), on("b", HEATER | COOLER, 3)))
    assert [type(answer) for answer in answers] == [SetpointApplied] * 2


async def test_a_vessel_that_cannot_move_keeps_its_former_order_and_its_output() -> None:
    desk = Desk()
    former = on("a", HEATER)
    await desk.state.want((former,))
    too_warm = order(25.0, 2, replace(FASS, id="a", roles=COOLER, limits=Limits(0.0, 20.0)))
    answers = await desk.state.want((too_warm, on("c", HEATER)))
    assert [type(answer) for answer in answers] == [SetpointRejected, SetpointRejected]
    assert desk.state.order("a") == former
    assert desk.state.order("c") is None


ROLES = st.dictionaries(st.sampled_from([Role.HEAT, Role.COOL]), st.sampled_from([HEAT, COOL]))
WANTED = st.lists(
    st.lists(
        st.tuples(st.sampled_from("abcd"), ROLES, st.sampled_from([18.0, 99.0])),
        unique_by=lambda wanted: wanted[0],
    ),
    max_size=8,
)


@given(WANTED)
async def test_no_output_ever_serves_two_vessels_and_each_holds_what_was_accepted_last(
    rounds: list[list[tuple[str, dict[Role, SeriesName], float]]],
) -> None:
    desk = Desk()
    accepted: dict[str, VesselOrder] = {}
    for revision, wanted in enumerate(rounds):
        orders = tuple(
            order(value_c, revision, replace(FASS, id=id, roles={Role.BEER: BEER} | roles))
            for id, roles, value_c in wanted
        )
        answers = await desk.state.want(orders)
        was = {id: held for id, held in accepted.items() if id in {one.vessel.id for one in orders}}
        taken = {a.vessel: o for a, o in zip(answers, orders, strict=True) if isinstance(a, SetpointApplied)}
        accepted = was | taken
        held = {id: desk.state.order(id) for id in desk.state.vessels()}
        assert held == accepted
        used = [output for one in accepted.values() for output in outputs(one.vessel)]
        assert len(used) == len(set(used))


async def test_a_notebook_with_two_vessels_on_one_output_holds_the_first_and_says_so() -> None:
    both = json.encode((on("a", HEATER), on("b", HEATER), on("c", COOLER)))
    with capture_logs() as logs:
        state = await Desk(MemoryNotebook(both)).again()
    assert state.vessels() == ["a", "c"]
    assert [(line["event"], line["vessel"]) for line in logs] == [("desired.impossible", "b")]
    assert "serves A" in logs[0]["detail"]


async def test_a_vessel_that_is_not_wanted_any_more_is_let_go() -> None:
    desk = Desk()
    await desk.state.want((order(18.0), order(18.0, vessel=KEG)))
    await desk.state.want((order(18.0, vessel=KEG),))
    assert desk.state.vessels() == ["keg"]
    assert (await desk.again()).vessels() == ["keg"]


@given(ORDERS)
async def test_what_is_held_survives_a_restart_exactly(orders: tuple[VesselOrder, ...]) -> None:
    desk = Desk()
    await desk.state.want(orders)
    again = await desk.again()
    assert [again.order(vessel) for vessel in again.vessels()] == list(orders)


async def test_an_empty_notebook_holds_nothing_and_says_nothing() -> None:
    with capture_logs() as logs:
        assert (await Desk().again()).vessels() == []
    assert logs == []


@given(st.binary(max_size=50) | st.recursive(st.none() | st.text(), st.lists, max_leaves=4).map(json.encode))
async def test_a_damaged_notebook_counts_as_none_and_is_said(document: bytes) -> None:
    with capture_logs() as logs:
        state = await Desk(MemoryNotebook(document)).again()
    assert state.vessels() == []
    if document != b"[]":
        assert [line["event"] for line in logs] == ["desired.damaged"]


async def test_a_notebook_that_cannot_be_read_counts_as_none_and_is_said() -> None:
    desk = Desk()
    await desk.state.want((order(18.0),))
    desk.notebook.away = "desired.json cannot be read now: Input/output error."
    with capture_logs() as logs:
        state = await desk.again()
    assert state.vessels() == []
    assert "Input/output error" in logs[0]["detail"]


async def test_what_this_agent_can_do_no_longer_is_not_taken_up_and_is_said() -> None:
    desk = Desk()
    await desk.state.want((order(18.0), order(18.0, vessel=KEG)))
    with capture_logs() as logs:
        state = await desk.again(Workshop(WORKSHOP.algorithms, {}))
    assert state.vessels() == ["keg"]
    assert [(line["event"], line["vessel"]) for line in logs] == [("desired.impossible", "fass")]
    assert "no output" in logs[0]["detail"]


async def test_what_cannot_be_kept_is_refused_with_the_reason_and_nothing_changes() -> None:
    desk = Desk()
    await desk.state.want((order(18.0, 1), order(18.0, 1, KEG)))
    desk.notebook.away = "The disk is full."
    answers = await desk.state.want((order(19.0, 2), order(18.0, 1, KEG)))
    assert isinstance(answers[0], SetpointRejected)
    assert "The disk is full." in answers[0].detail
    assert isinstance(answers[1], SetpointApplied)
    assert desk.state.order("fass") == order(18.0, 1)
    desk.notebook.away = ""
    assert (await desk.state.want((order(19.0, 2),)))[0] == SetpointApplied("fass", 2, 5000)


async def test_the_same_again_is_not_written_again() -> None:
    desk = Desk()
    await desk.state.want((order(18.0),))
    desk.notebook.away = "No more writing."
    assert await desk.state.want((order(18.0),)) == [SetpointApplied("fass", 1, 5000)]


PI = ControllerOrder(name="pi", driver="brewpi", settings={"port": "/dev/ttyACM0"})
FIRM = replace(FASS, algorithm=FIRMWARE)


async def test_a_vessel_of_a_controller_is_held_by_its_firmware_and_by_no_loop() -> None:
    desk = Desk()
    assert await desk.state.want((order(18.0, 2, FIRM),), (PI,)) == [SetpointApplied("fass", 2, 5000)]
    assert desk.state.controllers() == (PI,)
    assert desk.state.held_by("pi") == order(18.0, 2, FIRM)
    assert desk.state.held_by("elsewhere") is None
    assert (desk.state.vessels(), desk.state.order("fass")) == ([], None)
    assert desk.state.changed.is_set()
    assert desk.state.rewired.is_set()
    assert desk.state.wired.is_set()
    assert not desk.state.unwired.is_set()


async def test_controllers_and_their_vessels_survive_a_restart() -> None:
    desk = Desk()
    await desk.state.want((order(18.0, 2, FIRM),), (PI,))
    again = await desk.again()
    assert (again.controllers(), again.held_by("pi")) == ((PI,), order(18.0, 2, FIRM))


async def test_a_notebook_from_before_there_were_controllers_is_taken_up() -> None:
    again = await Desk(MemoryNotebook(json.encode((order(18.0),)))).again()
    assert again.order("fass") == order(18.0)
    assert again.controllers() == ()


async def test_firmware_without_a_controller_and_loops_beside_one_are_refused_with_the_reason() -> None:
    desk = Desk()
    (answer,) = await desk.state.want((order(18.0, 2, FIRM),))
    assert isinstance(answer, SetpointRejected)
    assert answer.detail == "Agent pi has no controller whose firmware could hold Fass."
    (answer,) = await desk.state.want((order(18.0, 2),), (PI,))
    assert isinstance(answer, SetpointRejected)
    assert "choose firmware instead of hysteresis" in answer.detail


async def test_a_wish_beyond_the_limits_of_a_firmware_vessel_is_refused_and_the_former_stays() -> None:
    desk = Desk()
    await desk.state.want((order(18.0, 2, FIRM),), (PI,))
    (answer,) = await desk.state.want((order(99.0, 3, FIRM),), (PI,))
    assert isinstance(answer, SetpointRejected)
    assert desk.state.held_by("pi") == order(18.0, 2, FIRM)


async def test_a_controller_holds_one_vessel() -> None:
    desk = Desk()
    second = replace(FIRM, id="second", name="Second", roles={Role.BEER: BEER})
    await desk.state.want((order(18.0, 2, FIRM),), (PI,))
    answers = await desk.state.want((order(4.0, 2, second), order(18.0, 2, FIRM)), (PI,))
    assert isinstance(answers[0], SetpointRejected)
    assert answers[0].detail == "Controller pi holds Fass, and cannot hold two vessels."
    assert isinstance(answers[1], SetpointApplied)
    assert await desk.state.want((order(4.0, 2, second),), (PI,)) == [SetpointApplied("second", 2, 5000)]


async def test_a_vessel_whose_controller_was_taken_away_is_let_go() -> None:
    desk = Desk()
    await desk.state.want((order(18.0, 2, FIRM),), (PI,))
    (answer,) = await desk.state.want((order(18.0, 2, FIRM),))
    assert isinstance(answer, SetpointRejected)
    assert desk.state.held_by("pi") is None
    assert desk.state.unwired.is_set()


async def test_a_loop_gives_way_to_the_firmware_of_a_controller_that_comes() -> None:
    desk = Desk()
    await desk.state.want((order(18.0),))
    await desk.state.want((order(18.0, 1, FIRM),), (PI,))
    assert desk.state.order("fass") is None
    assert desk.state.held_by("pi") == order(18.0, 1, FIRM)


async def test_controllers_that_cannot_be_kept_are_not_taken() -> None:
    desk = Desk()
    desk.notebook.away = "The disk is full."
    with capture_logs() as logs:
        assert await desk.state.want((), (PI,)) == []
    assert desk.state.controllers() == ()
    assert [line["event"] for line in logs] == ["desired.not_kept"]
