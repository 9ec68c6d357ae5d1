"""A mash is held like a fermentation, only hotter and quicker: a kettle follows the rests of its profile."""

from collections.abc import Iterator

from krausen.control.algorithms import hysteresis
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Times
from krausen.control.regulation import Memory, Plan, obeyed, regulate, start
from krausen.model.level import Levels
from krausen.model.profile import Profile, ProfileType, Run, Step, StepKind
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.kettle import KETTLE_30, Kettle
from krausen.profiles.following import Follower

RESTS_C = (52.0, 64.0, 72.0, 78.0)
REST_H = 0.5
RAMP_H = 0.25
ELEMENT = Hardware(heat=Times(min_on_s=5.0, min_off_s=5.0, longest_on_s=7200.0))
PLAN = Plan(algorithm=hysteresis.ALGORITHM, settings=hysteresis.Settings(band_c=0.2), hardware=ELEMENT)


def mash() -> Profile:
    steps: list[Step] = []
    for rest_c in RESTS_C:
        steps.append(Step(kind=StepKind.RAMP, temperature=rest_c, hours=RAMP_H))
        steps.append(Step(kind=StepKind.HOLD, temperature=rest_c, hours=REST_H))
    return Profile(id="mash", name="Mash", type=ProfileType.MASH, steps=tuple(steps))


def mashed() -> Iterator[tuple[float, float, float]]:
    """Give second, setpoint and true mash of a kettle that is warmed from 45 °C, every five seconds."""
    kettle, follower = Kettle(KETTLE_30, seed=1, mash_c=45.0), Follower()
    wish = Setpoint(revision=1, mode=Mode.PROFILE, profile="mash", run=Run(profile=mash(), start=0))
    memory: Memory = start(PLAN, 0.0)
    end_s = int(len(RESTS_C) * (RAMP_H + REST_H) * 3600)
    heat = False
    for at_s in range(5, end_s, 5):
        kettle.advance(at_s, heat=heat)
        now = follower.now(wish, at_s * 1000)
        probe = Seen(kettle.read(Role.BEER), float(at_s))
        memory, outcome = regulate(PLAN, memory, now, (probe, None), float(at_s))
        heat = outcome.permit.heat
        memory = obeyed(PLAN, memory, Levels(heat, None), float(at_s))
        assert now.value is not None
        yield at_s, now.value, kettle.true_mash_c


def test_every_rest_of_a_mash_is_reached_and_held() -> None:
    for place, rest_c in enumerate(RESTS_C):
        begin_s = (place * (RAMP_H + REST_H) + RAMP_H) * 3600.0 + 300.0
        end_s = (place + 1) * (RAMP_H + REST_H) * 3600.0
        held = [mash_c for at_s, _, mash_c in mashed() if begin_s <= at_s < end_s]
        assert held
        assert max(abs(one - rest_c) for one in held) <= 1.0


def test_a_mash_is_never_scalded() -> None:
    assert max(mash_c - setpoint_c for _, setpoint_c, mash_c in mashed()) <= 1.0
