import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.control.regulation import GRACE_S
from krausen.model.profile import Profile, Run, faults, faults_within
from krausen.model.setpoint import Mode
from krausen.model.vessel import FIRMWARE, Role
from krausen.physics.chambers import CHAMBERS
from krausen.plugins import discover
from krausen.simulation.demo import CLEANING_DAYS, PROFILES, STANDS, DemoBatch, Stand, batches
from krausen.simulation.vessel import SimulatedVessel

VESSELS = {stand.vessel.id: stand.vessel for stand in STANDS}


def of(found: list[DemoBatch], vessel: str) -> list[DemoBatch]:
    return [batch for batch in found if batch.vessel.id == vessel]


def test_four_vessels_stand_in_chambers_of_their_own_and_differ_in_how_they_are_held() -> None:
    assert set(VESSELS) == {"freezer20", "fridge20tape", "glycol300", "fridge2014"}
    assert all(vessel.chamber in CHAMBERS for vessel in VESSELS.values())
    held_by = {vessel.vessel().algorithm for vessel in VESSELS.values()}
    assert held_by == {"cascade", "learning", FIRMWARE}
    assert held_by - {FIRMWARE} <= set(discover(algorithms, "ALGORITHM", Algorithm))
    assert len({vessel.climate for vessel in VESSELS.values()}) == len(VESSELS)


@pytest.mark.parametrize("vessel", VESSELS.values(), ids=list(VESSELS))
def test_something_falls_silent_but_never_so_that_control_would_lose_its_probe(
    vessel: SimulatedVessel,
) -> None:
    assert vessel.silences
    assert set(vessel.silences) <= set(vessel.roles)
    for role in (Role.BEER, Role.CHAMBER):
        if role in vessel.silences:
            assert vessel.silences[role].longest_s < GRACE_S


def test_in_fourteen_days_each_vessel_has_a_batch_that_runs_and_one_before_it() -> None:
    for stand in STANDS:
        running, earlier = of(batches(14), stand.vessel.id)
        assert (running.ends, running.begins) == (0.0, stand.running.days)
        assert earlier.ends == pytest.approx(running.begins + CLEANING_DAYS)
        assert 13.0 < earlier.begins <= 14.0


@given(days=st.floats(0.0, 400.0))
def test_batches_follow_each_other_and_none_but_the_running_began_too_long_ago(days: float) -> None:
    found = batches(days)
    assert len({batch.id for batch in found}) == len(found)
    for vessel in VESSELS:
        running, *earlier = of(found, vessel)
        assert running.ends == 0.0
        for later, former in zip([running, *earlier], earlier, strict=False):
            assert former.ends == pytest.approx(later.begins + CLEANING_DAYS)
            assert former.begins <= days
        assert len({batch.vessel.seed for batch in of(found, vessel)}) == len(earlier) + 1


def test_what_runs_comes_first_and_the_youngest_of_it_foremost() -> None:
    found = batches(60)
    assert [batch.ends for batch in found] == sorted(batch.ends for batch in found)
    running = [batch.begins for batch in found if not batch.ends]
    assert running == sorted(running)


def test_what_follows_a_profile_has_one_wish_for_all_of_it() -> None:
    following = [(batch, batch.profile) for batch in batches(14) if batch.profile is not None]
    assert {profile for _, profile in following} == set(PROFILES)
    for batch, profile in following:
        (wish,) = batch.wishes(1_000_000, 7)
        assert (wish.mode, wish.revision, wish.at, wish.value) == (Mode.PROFILE, 7, 1_000_000, None)
        assert (wish.profile, wish.run) == (profile.id, Run(profile=profile, start=1_000_000))


@pytest.mark.parametrize("profile", PROFILES, ids=[profile.id for profile in PROFILES])
def test_every_profile_can_be_followed_by_the_vessels_that_do(profile: Profile) -> None:
    assert faults(profile) == []
    limits = {stand.vessel.limits for stand in STANDS if stand.running.profile == profile}
    assert limits
    assert all(faults_within(profile, limit) == [] for limit in limits)


def test_wishes_are_those_of_the_steps_numbered_on() -> None:
    batch = next(batch for batch in batches(14) if batch.profile is None)
    wishes = batch.wishes(1_000_000, 7)
    assert [wish.value for wish in wishes] == [step.value for step in batch.steps]
    assert [wish.revision for wish in wishes] == list(range(7, 7 + len(wishes)))
    assert [wish.at for wish in wishes] == [1_000_000 + int(step.hours * 3_600_000) for step in batch.steps]


@pytest.mark.parametrize("stand", STANDS, ids=list(VESSELS))
def test_every_wish_is_within_the_limits_and_within_its_batch(stand: Stand) -> None:
    limits = stand.vessel.limits
    for beer in (stand.running, *stand.earlier):
        if beer.profile is not None:
            continue
        assert all(limits.min <= step.value <= limits.max for step in beer.steps)
        assert [step.hours for step in beer.steps] == sorted(step.hours for step in beer.steps)
        assert beer.steps[0].hours == 0
        assert beer.steps[-1].hours < beer.days * 24


def test_a_vessel_survives_the_way_to_another_process() -> None:
    for vessel in VESSELS.values():
        assert msgpack.decode(msgpack.encode(vessel), type=SimulatedVessel) == vessel
