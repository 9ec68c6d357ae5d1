from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack
from msgspec.structs import replace

from krausen.model.profile import ProfileEvent, Run
from krausen.model.setpoint import Mode, Setpoint
from krausen.profiles.course import setpoint_c, timeline
from krausen.profiles.following import Follower, bare, laid_out, wish_now
from tests.unit.profiles.drawing import START, at_hour, hold, instants, ramp, run, runs

RUN = run(hold(18.0, 24.0), ramp(22.0, 48.0), hold(22.0))
BEER = Setpoint(revision=1, mode=Mode.BEER, value=18.0)


def following(followed: Run, at: int = 0) -> Setpoint:
    return Setpoint(revision=2, mode=Mode.PROFILE, profile="p", run=followed, at=at)


@given(runs(), instants())
def test_a_wish_that_follows_asks_for_what_the_course_does(drawn: Run, now: int) -> None:
    wish = following(drawn)
    assert wish_now(wish, laid_out(wish), now) == replace(wish, value=setpoint_c(timeline(drawn), now))


@given(runs(), instants())
def test_what_is_sent_and_kept_is_what_is_followed(drawn: Run, now: int) -> None:
    wish = following(drawn)
    kept = msgpack.decode(msgpack.encode(wish), type=Setpoint)
    assert wish_now(kept, laid_out(kept), now) == wish_now(wish, laid_out(wish), now)


@given(runs(), instants())
def test_without_what_only_people_read_it_asks_for_the_same(drawn: Run, now: int) -> None:
    steps = tuple(replace(step, title="Main") for step in drawn.profile.steps)
    told = replace(drawn.profile, steps=steps, events=(ProfileEvent(1.0, "Dry hop"),))
    wish = following(replace(drawn, profile=told))
    lean = bare(wish)
    assert wish_now(lean, laid_out(lean), now).value == wish_now(wish, laid_out(wish), now).value
    assert b"Dry hop" not in msgpack.encode(lean)
    assert b"Main" not in msgpack.encode(lean)
    assert bare(BEER) is BEER


def test_every_other_wish_stays_as_it_is() -> None:
    assert laid_out(BEER) is None
    assert wish_now(BEER, None, START) is BEER
    assert Follower().now(BEER, START) is BEER


def test_a_clock_that_nobody_set_leaves_the_course_where_the_wish_was_made() -> None:
    wish = following(RUN, at=at_hour(48.0))
    assert wish_now(wish, laid_out(wish), 0).value == 20.0
    assert wish_now(wish, laid_out(wish), at_hour(48.0)).value == 20.0
    assert wish_now(wish, laid_out(wish), at_hour(60.0)).value == 21.0


@given(st.lists(st.tuples(runs(), instants()), min_size=1, max_size=5))
def test_a_follower_goes_with_the_wish_of_the_moment(drawn: list[tuple[Run, int]]) -> None:
    follower = Follower()
    for followed, now in drawn:
        wish = following(followed)
        for t in (now, now + 1000):
            assert follower.now(wish, t) == wish_now(wish, laid_out(wish), t)
    assert follower.now(BEER, START) is BEER
