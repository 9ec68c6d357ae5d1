"""Seven courses of a batch that show how well a temperature is held: by name, or by letter from a to g."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import NotFound
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.chambers import chamber_kind
from krausen.physics.silences import Silence
from krausen.physics.weather import ROOM
from krausen.physics.yeast import WATER, Wort
from krausen.simulation.vessel import SimulatedVessel

HOUR_S = 3600
DAY_S = 86_400
RAMP_STEP_S = 600
"""A ramp is followed in steps of this length."""

ROLES = (Role.BEER, Role.CHAMBER, Role.HEAT, Role.COOL)


class Ramp(Struct, frozen=True, kw_only=True):
    """The setpoint goes evenly to `to_c` between two hours."""

    from_h: float
    until_h: float
    to_c: float


class Scenario(Struct, frozen=True, kw_only=True):
    """Beer at `beer_c` in a room of mean `room_c` shall be at `setpoint_c` for some days.

    Errors count from `hold_h` on, settling from `settle_from_h`. The beer probe is silent once for
    `probe_silent_s`, at a moment that follows from the seed; the mains are away between the two hours of
    `mains_away_h`.
    """

    letter: str
    name: str
    title: str
    beer_c: float
    setpoint_c: float
    room_c: float
    days: int
    hold_h: float = 24.0
    settle_from_h: float = 0.0
    wort: Wort = WATER
    roles: tuple[Role, ...] = ROLES
    ramp: Ramp | None = None
    probe_silent_s: int = 0
    mains_away_h: tuple[float, float] | None = None

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.days * DAY_S

    @property
    def step_c(self) -> float:
        """How far the beer is to be brought at the start, positive upwards."""
        return self.setpoint_c - self.beer_c

    def target_c(self, at_s: float) -> float:
        """Give the setpoint at a second."""
        ramp = self.ramp
        if ramp is None or at_s <= ramp.from_h * HOUR_S:
            return self.setpoint_c
        done = (at_s / HOUR_S - ramp.from_h) / (ramp.until_h - ramp.from_h)
        return self.setpoint_c + min(done, 1.0) * (ramp.to_c - self.setpoint_c)

    def wishes(self, started_ms: int) -> tuple[Setpoint, ...]:
        """Give the setpoints in order of time, for a vessel whose second 0 is at `started_ms` (UTC)."""
        return tuple(
            Setpoint(revision=number, mode=Mode.BEER, value=value_c, at=started_ms + at_s * 1000)
            for number, (at_s, value_c) in enumerate(self._targets(), start=1)
        )

    def vessel(self, chamber: str, seed: int) -> SimulatedVessel:
        """Give the vessel in a chamber of some kind. Raises NotFound for a kind that does not exist."""
        silent_s = self.probe_silent_s
        once = Silence(every_s=self.seconds, shortest_s=silent_s, longest_s=silent_s) if silent_s else None
        return SimulatedVessel(
            id="vessel",
            name=self.title,
            chamber=chamber_kind(chamber).name,
            agent="simulate",
            seed=seed,
            wort=self.wort,
            climate=replace(ROOM, mean_c=self.room_c),
            beer_c=self.beer_c,
            roles=self.roles,
            silences={} if once is None else {Role.BEER: once},
        )

    def _targets(self) -> Iterator[tuple[int, float]]:
        yield 0, self.setpoint_c
        if self.ramp is not None:
            from_s, until_s = int(self.ramp.from_h * HOUR_S), int(self.ramp.until_h * HOUR_S)
            for at_s in range(from_s, until_s, RAMP_STEP_S):
                end_s = min(at_s + RAMP_STEP_S, until_s)
                yield end_s, round(self.target_c(end_s), 3)


def scenario_of(name: str) -> Scenario:
    """Give a scenario by its name or letter. Raises NotFound, which lists them."""
    for scenario in SCENARIOS:
        if name in (scenario.name, scenario.letter):
            return scenario
    known = ", ".join(f"{scenario.name} ({scenario.letter})" for scenario in SCENARIOS)
    raise NotFound(f"There is no scenario {name!r}; choose one of {known}.")


ALE = Wort()

SCENARIOS = (
    Scenario(
        letter="a",
        name="hold",
        title="pitched at 24 °C, held at 20 °C while it ferments",
        beer_c=24.0,
        setpoint_c=20.0,
        room_c=20.0,
        days=6,
        wort=ALE,
    ),
    Scenario(
        letter="b",
        name="crash",
        title="finished beer from 20 °C to 2 °C",
        beer_c=20.0,
        setpoint_c=2.0,
        room_c=20.0,
        days=4,
        hold_h=36.0,
    ),
    Scenario(
        letter="c",
        name="ramp",
        title="held at 18 °C for three days, then to 22 °C within a day",
        beer_c=18.0,
        setpoint_c=18.0,
        room_c=20.0,
        days=6,
        settle_from_h=96.0,
        wort=ALE,
        ramp=Ramp(from_h=72.0, until_h=96.0, to_c=22.0),
    ),
    Scenario(
        letter="d",
        name="lager",
        title="pitched at 12 °C, held at 10 °C in a warm room while it ferments",
        beer_c=12.0,
        setpoint_c=10.0,
        room_c=28.0,
        days=6,
        wort=ALE,
    ),
    Scenario(
        letter="e",
        name="probe-loss",
        title="held at 18 °C while it ferments; the beer probe is lost for half an hour",
        beer_c=18.0,
        setpoint_c=18.0,
        room_c=22.0,
        days=4,
        wort=ALE,
        probe_silent_s=1800,
    ),
    Scenario(
        letter="f",
        name="mains-loss",
        title="held at 10 °C while it ferments; two hours without power, then control starts anew",
        beer_c=10.0,
        setpoint_c=10.0,
        room_c=25.0,
        days=4,
        settle_from_h=50.0,
        wort=ALE,
        mains_away_h=(48.0, 50.0),
    ),
    Scenario(
        letter="g",
        name="heat-only",
        title="finished beer from 16 °C to 20 °C in a cold room, without a cooler",
        beer_c=16.0,
        setpoint_c=20.0,
        room_c=8.0,
        days=4,
        roles=(Role.BEER, Role.CHAMBER, Role.HEAT),
    ),
)
"""All scenarios, in the order of their letters."""
