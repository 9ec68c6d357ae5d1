"""Rehearsals: a profile run on what was learned of a vessel, before any beer has to go through it."""

import asyncio
from collections.abc import Callable, Generator, Sequence
from math import exp
from random import Random
from threading import Event
from typing import Protocol

from msgspec import Struct, ValidationError, convert
from msgspec.structs import replace

from krausen.control.algorithms.learning import ALGORITHM, MANNERS, Settings
from krausen.control.interlocks import Hardware, Times
from krausen.control.learning.belief import Belief
from krausen.control.learning.cautions import cautions, of_learning
from krausen.control.learning.chamber import At
from krausen.control.learning.keeping import believed
from krausen.control.learning.rehearsal import LONGEST_H, Rehearsed, Stage, Trial, as_seen, rehearsed
from krausen.errors import Fault, Invalid, LinkLost, Stale, Throttled
from krausen.model.batch import HOLDING, Batch
from krausen.model.learned import Learned
from krausen.model.profile import HOUR_MS, LONGEST_HOURS, Profile, Run, Step, StepKind, faults, faults_within
from krausen.model.vessel import FIRMWARE, Role, Vessel
from krausen.ports.catalog import Batches, Vessels
from krausen.ports.catalog.learned import Learning
from krausen.ports.clock import Clock
from krausen.profiles.course import Milestone, curve, milestones, timeline
from krausen.server.roster import Roster

VOLUME_L = 20.0
"""What is taken where nobody said how much beer there is."""
AFTER_MS = 24 * HOUR_MS
"""So long after its last change a profile is still looked at."""
BUSY_S = 5
VALVE = Times(min_on_s=20.0, min_off_s=60.0)
_VALVE_K = 20.0
"""A compressor loses its power only where the store is farther than this below where it is rated."""
_TOUCH_MS = HOUR_MS
"""So long after its time the beer may still come to a temperature that is left again at once."""
_WHOLE_KWH = 10.0
_SEED = 1
"""All rehearsals draw the same lives, so what differs between two comes from what was changed."""


class Arranged(Vessels, Batches, Learning, Protocol):
    """The part of the catalog that knows vessels, what is in them, and what was learned of them."""


class RehearsedStep(Struct, frozen=True):
    """When a step has its temperature, UTC ms, and how many hours late; None where it never has."""

    reached_at: int | None = None
    late_h: float | None = None


class Rehearsal(Struct, frozen=True, kw_only=True):
    """How a profile went on a vessel from `start`, UTC ms, and each of its steps; warnings are sentences."""

    start: int
    outcome: Rehearsed
    steps: tuple[RehearsedStep, ...]
    warnings: tuple[str, ...]


class Rehearsals:
    """Rehearses profiles, one at a time: a rehearsal takes seconds of a processor."""

    def __init__(self, arranged: Arranged, roster: Roster, clock: Clock) -> None:
        self._arranged = arranged
        self._roster = roster
        self._clock = clock
        self._is_busy = False

    async def rehearse(self, profile: Profile, vessel: str, start: int) -> Rehearsal:
        """Rehearse a profile whose first step begins at `start`, UTC ms; what is over of it then is left out.

        Raises NotFound, Invalid, Stale where there is nothing to rehearse on, and Throttled while another
        rehearsal is going on. It ends when who asked is cancelled.
        """
        scene = await self._scene(profile, vessel, start)
        if self._is_busy:
            raise Throttled("Another rehearsal is going on. Try again in a few seconds.", BUSY_S)
        self._is_busy = True
        try:
            return await _aside(lambda is_left: _rehearsed(scene, is_left))
        finally:
            self._is_busy = False

    async def _scene(self, profile: Profile, id: str, start: int) -> "_Scene":
        record = await self._arranged.vessel(id)
        vessel, now = record.vessel, self._clock.now()
        _refuse(profile, vessel, abs(start - now))
        learned = (await self._arranged.learned(id)).learned
        if learned is None:
            raise Stale(
                f"Nothing has been learned of {vessel.name} yet. Have it held by {ALGORITHM.title} "
                "for a day, and rehearse then."
            )
        observed = (await self._roster.body(record)).observed
        seen_c = None if observed.stale or observed.beer is None else (observed.beer, observed.chamber)
        batches = await self._arranged.batches()
        return _Scene(
            vessel=vessel,
            learned=learned,
            plan=_led_in(profile, start, seen_c[0] if seen_c else None),
            start=max(start, now),
            batch=next((one for one in batches if one.vessel == id and one.state in HOLDING), None),
            seen_c=seen_c,
        )


class _Plan(Struct, frozen=True):
    """A run, and how many steps were put before the profile's own."""

    run: Run
    added: int = 0


class _Scene(Struct, frozen=True, kw_only=True):
    """All that a rehearsal needs to know."""

    vessel: Vessel
    learned: Learned
    plan: _Plan
    start: int
    batch: Batch | None
    seen_c: tuple[float, float | None] | None


async def _aside(work: Callable[[Callable[[], bool]], Rehearsal]) -> Rehearsal:
    """Work in another thread, which is told when nobody waits for it any more."""
    left = Event()
    try:
        return await asyncio.get_running_loop().run_in_executor(None, work, left.is_set)
    finally:
        left.set()


def _rehearsed(scene: _Scene, is_left: Callable[[], bool]) -> Rehearsal:
    belief, start = believed(scene.learned), scene.start
    if scene.seen_c is not None:
        belief = as_seen(belief, *scene.seen_c)
    end, due = _end(scene), milestones(scene.plan.run)
    found = {
        place: stage for place in range(len(due)) if (stage := _stage(scene, due, place, end)) is not None
    }
    trial = _trial(scene, belief, tuple(found.values()), end)
    outcome = _whole(rehearsed(belief, trial, Random(_SEED)), is_left)
    own = {place: at for at, place in enumerate(found)}
    names = tuple(f"Step {due[place].step - scene.plan.added + 1}" for place in found)
    told = range(scene.plan.added, len(due))
    return Rehearsal(
        start=start,
        outcome=outcome,
        steps=tuple(_step(start, trial, outcome, own.get(place)) for place in told),
        warnings=(*cautions(trial, belief, outcome, names), *_remarks(scene, trial), *_energy(outcome)),
    )


def _whole(going: Generator[float, None, Rehearsed], is_left: Callable[[], bool]) -> Rehearsed:
    while True:
        try:
            next(going)
        except StopIteration as done:
            outcome: Rehearsed = done.value
            return outcome
        if is_left():
            raise LinkLost("Nobody waits for this rehearsal any more.")


def _trial(scene: _Scene, belief: Belief, stages: tuple[Stage, ...], end: int) -> Trial:
    start, batch = scene.start, scene.batch
    pitched = None if batch is None or batch.started_at is None else batch.started_at
    return Trial(
        corners=tuple(
            (_hours(t - start), celsius) for t, celsius in curve(timeline(scene.plan.run), start, end)
        ),
        stages=stages,
        hardware=_hardware(scene.vessel, belief),
        manner=MANNERS[_settings(scene.vessel).temperament],
        volume_l=_volume_l(batch) or VOLUME_L,
        pitched_h=None if pitched is None or pitched > start else _hours(start - pitched),
    )


def _stage(scene: _Scene, due: Sequence[Milestone], place: int, end: int) -> Stage | None:
    """Give a step as it is rehearsed; None where it is over, comes too late, or waits for its date."""
    start, here = scene.start, due[place]
    steps, until, reached = scene.plan.run.profile.steps, here.ends, here.reached
    if place < scene.plan.added or reached is None:
        return None
    target_c = steps[here.step].temperature
    for later in due[place + 1 :]:
        if steps[later.step].temperature != target_c:
            break
        until = later.ends
    until = min(end if until is None else max(until, reached + _TOUCH_MS), end)
    if until <= start or here.begins >= end:
        return None
    is_ramp = steps[here.step].kind is StepKind.RAMP
    given_h = _hours((reached if is_ramp else until) - max(here.begins, start))
    begins_h, reached_h, until_h = (_hours(max(t, start) - start) for t in (here.begins, reached, until))
    return Stage(begins_h, reached_h, until_h, target_c, given_h)


def _step(start: int, trial: Trial, outcome: Rehearsed, place: int | None) -> RehearsedStep:
    reached_h = None if place is None else outcome.reached_h[place]
    if place is None or reached_h is None:
        return RehearsedStep()
    late_h = max(0.0, reached_h - trial.stages[place].reached_h)
    return RehearsedStep(start + round(reached_h * HOUR_MS), round(late_h, 2))


def _remarks(scene: _Scene, trial: Trial) -> tuple[str, ...]:
    """Say on what the rehearsal stands."""
    found = list(of_learning(scene.learned))
    if scene.vessel.algorithm != ALGORITHM.name:
        found.append(
            f"{scene.vessel.name} is not held by {ALGORITHM.title} now; this is how that would do it."
        )
    if _volume_l(scene.batch) is None:
        found.append(f"Nobody said how much beer there is: the energy is that of {trial.volume_l:g} L.")
    return tuple(found)


def _energy(outcome: Rehearsed) -> tuple[str, ...]:
    """Say how far the energy is known, for it cannot be seen from temperatures."""
    span = outcome.kwh_low, outcome.kwh_high
    low, high = (f"{one:.0f}" if one >= _WHOLE_KWH else f"{one:.1f}" for one in span)
    if low == high:
        return ()
    return (
        f"It takes between {low} and {high} kWh: nothing here measures electricity, and compressors differ.",
    )


def _end(scene: _Scene) -> int:
    last = max((one.ends or one.begins for one in milestones(scene.plan.run)), default=scene.start)
    return min(max(last, scene.start) + AFTER_MS, scene.start + round((LONGEST_H + 1.0) * HOUR_MS))


def _led_in(profile: Profile, start: int, beer_c: float | None) -> _Plan:
    """Give the run of a profile; a ramp at its beginning goes from where the beer is."""
    if beer_c is None or profile.steps[0].kind is not StepKind.RAMP:
        return _Plan(Run(profile=profile, start=start))
    here = Step(kind=StepKind.STEP, temperature=beer_c)
    return _Plan(Run(profile=replace(profile, steps=(here, *profile.steps)), start=start), 1)


def _hardware(vessel: Vessel, belief: Belief) -> Hardware:
    """Give what the outputs may do; a cooler that soon loses its power is a valve before a cold bath."""
    cool = VALVE if exp(belief.mean[At.SINK]) < _VALVE_K else Times()
    return Hardware(
        heat=Times() if Role.HEAT in vessel.roles else None, cool=cool if Role.COOL in vessel.roles else None
    )


def _settings(vessel: Vessel) -> Settings:
    if vessel.algorithm != ALGORITHM.name:
        return Settings()
    try:
        return convert(vessel.settings, Settings)
    except ValidationError as wrong:
        raise Stale(
            f"{vessel.name} has settings that Learning does not know: {wrong}. Mend them first."
        ) from wrong


def _volume_l(batch: Batch | None) -> float | None:
    return None if batch is None else batch.volume_l


def _refuse(profile: Profile, vessel: Vessel, apart_ms: int) -> None:
    found = [fault for fault in faults(profile) if fault.where != "/name"]
    found += faults_within(profile, vessel.limits)
    if apart_ms > LONGEST_HOURS * HOUR_MS:
        found = [Fault("/from", "A profile begins within ten years of now.")]
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
    if vessel.algorithm == FIRMWARE:
        raise Stale(
            f"{vessel.name} is held by the firmware of {vessel.agent}, of which nothing is learned here. "
            "Choose a vessel that an agent holds."
        )
    if not vessel.roles.keys() & {Role.HEAT, Role.COOL}:
        raise Stale(f"{vessel.name} has neither heater nor cooler. Give it one in its settings.")


def _hours(ms: int) -> float:
    return ms / HOUR_MS
