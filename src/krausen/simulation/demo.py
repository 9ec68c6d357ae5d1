"""What the demo brewery brews: four vessels, and for each the batches that lead up to now.

Each vessel is held by another algorithm or in another room, so that one can compare. All of them have a
probe or a hydrometer that falls silent now and then, but no beer probe for longer than control waits.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from krausen.model.profile import Profile, ProfileEvent, Run, StepKind
from krausen.model.profile import Step as ProfileStep
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.silences import Silence
from krausen.physics.weather import Climate
from krausen.physics.yeast import Wort
from krausen.simulation.vessel import SimulatedVessel

AGENT = "demo"
CONTROLLER = "cellar-brewpi"
"""The BrewPi that holds the fridge in the cellar."""
BREWER = "Demo brewer"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
DAY_S = 86_400
CLEANING_DAYS = 0.3
"""A vessel stands empty for this long between two batches."""


class Step(Struct, frozen=True):
    """From `hours` after the start, hold the beer at `value` °C, for a reason."""

    hours: float
    value: float
    reason: str


class Beer(Struct, frozen=True, kw_only=True):
    """What is brewed: a batch of `days`, pitched at `beer_c`, with its steps or the profile it follows."""

    id: str
    name: str
    days: float
    original_gravity: float
    beer_c: float = 22.0
    rate_per_h: float = 0.10
    steps: tuple[Step, ...] = ()
    profile: Profile | None = None


class DemoBatch(Struct, frozen=True, kw_only=True):
    """A batch by its days before now: `ends` 0 is the one that still runs."""

    id: str
    name: str
    vessel: SimulatedVessel
    begins: float
    ends: float = 0.0
    steps: tuple[Step, ...] = ()
    profile: Profile | None = None

    def wishes(self, started_ms: int, first_revision: int) -> tuple[Setpoint, ...]:
        """Give the wishes of a batch that started at an instant, UTC milliseconds."""
        if self.profile is not None:
            return (self._following(self.profile, started_ms, first_revision),)
        return tuple(
            Setpoint(
                revision=first_revision + n,
                mode=Mode.BEER,
                value=step.value,
                reason=step.reason,
                by=BREWER,
                at=started_ms + int(step.hours * HOUR_MS),
            )
            for n, step in enumerate(self.steps)
        )

    def _following(self, profile: Profile, started_ms: int, revision: int) -> Setpoint:
        return Setpoint(
            revision=revision,
            mode=Mode.PROFILE,
            profile=profile.id,
            run=Run(profile=profile, start=started_ms),
            reason="pitch",
            by=BREWER,
            at=started_ms,
        )


class Stand(Struct, frozen=True, kw_only=True):
    """A vessel with what runs in it, and what was in it before, the last first, over and over again."""

    vessel: SimulatedVessel
    running: Beer
    earlier: tuple[Beer, ...]

    def batches(self, days: float) -> Iterator[DemoBatch]:
        """Yield what runs, and before it all that began in the last `days`."""
        vessel, begins = self.vessel, self.running.days
        yield _batch(vessel, self.running, 0, 0.0)
        for count in range(1, 10_000):
            ends = begins + CLEANING_DAYS
            beer = self.earlier[(count - 1) % len(self.earlier)]
            begins = round(ends + beer.days, 3)
            if begins > days:
                return
            yield _batch(vessel, beer, count, ends, turn=1 + (count - 1) // len(self.earlier))


def batches(days: float) -> list[DemoBatch]:
    """Give all batches of the last `days`: what runs, the youngest first, then the others by their end."""
    found = [batch for stand in STANDS for batch in stand.batches(days)]
    return sorted(found, key=lambda batch: (batch.ends, batch.begins))


def _batch(vessel: SimulatedVessel, beer: Beer, count: int, ends: float, turn: int = 1) -> DemoBatch:
    again = turn > 1
    return DemoBatch(
        id=f"{beer.id}-{turn}" if again else beer.id,
        name=f"{beer.name} {turn}" if again else beer.name,
        vessel=replace(
            vessel,
            seed=vessel.seed + count,
            wort=Wort(original_gravity=beer.original_gravity, rate_per_h=beer.rate_per_h),
            beer_c=beer.beer_c,
        ),
        begins=round(ends + beer.days, 3),
        ends=round(ends, 3),
        steps=beer.steps,
        profile=beer.profile,
    )


LAGER = Profile(
    id="helles-lager",
    name="Helles lager",
    steps=(
        ProfileStep(kind=StepKind.HOLD, temperature=10.0, hours=168.0, title="Primary"),
        ProfileStep(kind=StepKind.RAMP, temperature=14.0, hours=24.0, title="Up to the diacetyl rest"),
        ProfileStep(kind=StepKind.HOLD, temperature=14.0, hours=72.0, title="Diacetyl rest"),
        ProfileStep(kind=StepKind.RAMP, temperature=2.0, hours=96.0, title="Down to lagering"),
        ProfileStep(kind=StepKind.HOLD, temperature=2.0, title="Lagering"),
    ),
    events=(ProfileEvent(168.0, "Take a sample before the diacetyl rest."),),
)
PORTER = Profile(
    id="brown-porter",
    name="Brown porter",
    steps=(
        ProfileStep(kind=StepKind.HOLD, temperature=18.0, hours=60.0, title="Primary"),
        ProfileStep(kind=StepKind.RAMP, temperature=20.0, hours=24.0, title="Free rise"),
        ProfileStep(kind=StepKind.HOLD, temperature=20.0, hours=72.0, title="Diacetyl rest"),
        ProfileStep(kind=StepKind.STEP, temperature=2.0, title="Cold crash"),
    ),
    events=(ProfileEvent(156.0, "Bag the hydrometer before the crash."),),
)
PROFILES = (LAGER, PORTER)

_NORTH_FREEZER = Stand(
    vessel=SimulatedVessel(
        id="freezer20",
        name="North freezer",
        chamber="freezer20",
        agent=AGENT,
        seed=4200,
        algorithm="cascade",
        climate=Climate(mean_c=16.0),
        silences={Role.GRAVITY: Silence(every_s=3 * DAY_S, shortest_s=2 * 3600, longest_s=6 * 3600)},
    ),
    running=Beer(
        id="harvest-pale-ale",
        name="Harvest Pale Ale",
        days=4.0,
        original_gravity=1.052,
        steps=(Step(0, 18.5, "pitch"), Step(72, 19.2, "free rise")),
    ),
    earlier=(
        Beer(
            id="cellar-bitter",
            name="Cellar Bitter",
            days=9.7,
            original_gravity=1.044,
            steps=(Step(0, 18.0, "pitch"), Step(120, 20.0, "diacetyl rest"), Step(168, 2.0, "cold crash")),
        ),
        Beer(
            id="amber-ale",
            name="Amber Ale",
            days=10.5,
            original_gravity=1.050,
            steps=(Step(0, 18.5, "pitch"), Step(130, 20.5, "diacetyl rest"), Step(180, 3.0, "cold crash")),
        ),
    ),
)

_GARAGE_FRIDGE = Stand(
    vessel=SimulatedVessel(
        id="fridge20tape",
        name="Garage fridge",
        chamber="fridge20tape",
        agent=AGENT,
        seed=2000,
        algorithm="learning",
        climate=Climate(mean_c=12.0, swing_c=3.0, wander_c=0.8),
        silences={Role.BEER: Silence(every_s=DAY_S, shortest_s=60, longest_s=300)},
        roles=(Role.BEER, Role.CHAMBER, Role.AMBIENT, Role.HEAT, Role.COOL),
    ),
    running=Beer(
        id="wheat-beer",
        name="Wheat Beer",
        days=2.2,
        original_gravity=1.048,
        beer_c=18.0,
        steps=(Step(0, 18.0, "pitch"), Step(24, 20.0, "more fruit")),
    ),
    earlier=(
        Beer(
            id="oatmeal-stout",
            name="Oatmeal Stout",
            days=11.4,
            original_gravity=1.062,
            steps=(Step(0, 19.0, "pitch"), Step(144, 21.0, "diacetyl rest"), Step(216, 5.0, "cold crash")),
        ),
        Beer(
            id="red-ale",
            name="Red Ale",
            days=8.6,
            original_gravity=1.051,
            steps=(Step(0, 18.5, "pitch"), Step(120, 20.0, "diacetyl rest")),
        ),
    ),
)

_CONICAL = Stand(
    vessel=SimulatedVessel(
        id="glycol300",
        name="Conical 1",
        chamber="glycol300",
        agent=AGENT,
        seed=3000,
        algorithm="learning",
        drawing="conical",
        climate=Climate(mean_c=21.0, swing_c=2.5),
        silences={
            Role.GRAVITY: Silence(every_s=2 * DAY_S, shortest_s=3600, longest_s=3 * 3600),
            Role.AMBIENT: Silence(every_s=DAY_S, shortest_s=900, longest_s=3600),
        },
    ),
    running=Beer(
        id="helles-lager",
        name="Helles Lager",
        days=8.0,
        original_gravity=1.047,
        beer_c=11.0,
        rate_per_h=0.13,
        profile=LAGER,
    ),
    earlier=(
        Beer(
            id="session-ipa",
            name="Session IPA",
            days=5.7,
            original_gravity=1.043,
            rate_per_h=0.16,
            steps=(Step(0, 19.5, "pitch"), Step(72, 21.0, "dry hops"), Step(108, 3.0, "cold crash")),
        ),
        Beer(
            id="maerzen",
            name="Märzen",
            days=13.0,
            original_gravity=1.055,
            beer_c=11.0,
            rate_per_h=0.13,
            steps=(Step(0, 10.5, "pitch"), Step(216, 14.0, "diacetyl rest"), Step(264, 2.0, "cold crash")),
        ),
    ),
)

_CELLAR_FRIDGE = Stand(
    vessel=SimulatedVessel(
        id="fridge2014",
        name="Cellar fridge",
        chamber="fridge2014",
        agent=AGENT,
        seed=2014,
        controller=CONTROLLER,
        drawing="carboy",
        climate=Climate(mean_c=13.0, swing_c=0.7, wander_c=0.4, openings_per_day=2.0),
        silences={Role.GRAVITY: Silence(every_s=3 * DAY_S, shortest_s=3600, longest_s=4 * 3600)},
    ),
    running=Beer(
        id="brown-porter",
        name="Brown Porter",
        days=3.2,
        original_gravity=1.056,
        beer_c=19.0,
        profile=PORTER,
    ),
    earlier=(
        Beer(
            id="abbey-dubbel",
            name="Abbey Dubbel",
            days=10.0,
            original_gravity=1.064,
            steps=(Step(0, 19.0, "pitch"), Step(72, 22.0, "rise"), Step(192, 4.0, "cold crash")),
        ),
        Beer(
            id="saison",
            name="Saison",
            days=6.6,
            original_gravity=1.050,
            rate_per_h=0.12,
            steps=(Step(0, 20.0, "pitch"), Step(36, 22.0, "rise"), Step(72, 24.5, "rise")),
        ),
    ),
)

STANDS = (_NORTH_FREEZER, _GARAGE_FRIDGE, _CONICAL, _CELLAR_FRIDGE)
