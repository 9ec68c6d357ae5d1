"""Pre-flights of simulated chambers, with whatever may be wrong with their plugs and probes."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct

from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Outputs, fresh, told
from krausen.control.preflight.course import Course, Phase, Setting, begin, tick
from krausen.control.preflight.findings import report
from krausen.model.preflight import FindingLevel, PreflightReport
from krausen.model.vessel import Limits, Role
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import ChamberKind
from krausen.physics.weather import steady
from krausen.simulation.vessel import hardware_of

TICK_S = 5
LONGEST_H = 6.0


class Plumbing(Struct, frozen=True, kw_only=True):
    """What is wrong: outputs or probes exchanged, and outputs without a plug."""

    outputs_swapped: bool = False
    probes_swapped: bool = False
    dead: tuple[Role, ...] = ()
    probes: tuple[Role, ...] = (Role.BEER, Role.CHAMBER)


class Flown(Struct, frozen=True):
    """How one went: the last report, all reports, the course, how long it took, and the switches."""

    report: PreflightReport
    reports: tuple[PreflightReport, ...]
    course: Course
    hours: float
    outputs: tuple[tuple[float, Outputs], ...]

    def texts(self, level: FindingLevel) -> list[str]:
        """Give the findings of a level."""
        return [finding.text for finding in self.report.findings if finding.level is level]

    @property
    def all_texts(self) -> str:
        """Give all findings as one text."""
        return " ".join(finding.text for finding in self.report.findings)


RIGHT = Plumbing()


def quiet(kind: ChamberKind, beer_c: float = 18.0, room_c: float = 18.0) -> Chamber:
    """Give a chamber in a room of one temperature."""
    return Chamber(kind, seed=1, beer_c=beer_c, climate=steady(room_c))


def fly(
    kind: ChamberKind,
    plumbing: Plumbing = RIGHT,
    chamber: Chamber | None = None,
    spoil: Callable[[float, float], float] = lambda _, c: c,
) -> Flown:
    """Fly a whole one. `spoil` makes what the chamber probe tells of its seconds and of the truth."""
    there = chamber or quiet(kind)
    setting = Setting(
        hardware=hardware_of(kind),
        limits=Limits(0.0, 26.0),
        beer=Role.BEER in plumbing.probes,
        chamber=Role.CHAMBER in plumbing.probes,
    )
    start_s = now_s = there.at_s
    outputs, course = fresh(setting.hardware, now_s), begin(setting, now_s)
    reports, seen = list[PreflightReport](), [(0.0, outputs)]
    while course.phase is not Phase.OVER:
        assert now_s - start_s < LONGEST_H * 3600
        probes = _probes(there, plumbing, partial(spoil, now_s - start_s))
        course, allowed = tick(setting, course, probes, outputs, now_s)
        outputs = _told(setting.hardware, outputs, now_s, heat=allowed.heat, cool=allowed.cool)
        seen.append((now_s - start_s, outputs))
        reports.append(report(setting, course, now_s))
        heat = allowed.heat and Role.HEAT not in plumbing.dead
        cool = allowed.cool and Role.COOL not in plumbing.dead
        now_s += TICK_S
        swapped = plumbing.outputs_swapped
        there.advance(now_s, heat=cool if swapped else heat, cool=heat if swapped else cool)
    return Flown(reports[-1], tuple(reports), course, (now_s - start_s) / 3600, tuple(seen))


def _probes(
    chamber: Chamber, plumbing: Plumbing, spoilt: Callable[[float], float]
) -> tuple[Seen | None, Seen | None]:
    beer, air = chamber.read(Role.BEER), spoilt(chamber.read(Role.CHAMBER))
    told = (air, beer) if plumbing.probes_swapped else (beer, air)
    there = (Role.BEER in plumbing.probes, Role.CHAMBER in plumbing.probes)
    seen = [Seen(c, chamber.at_s) if is_there else None for c, is_there in zip(told, there, strict=True)]
    return seen[0], seen[1]


def _told(hardware: Hardware, outputs: Outputs, now_s: float, *, heat: bool, cool: bool) -> Outputs:
    assert hardware.heat is not None
    assert hardware.cool is not None
    assert outputs.heat is not None
    assert outputs.cool is not None
    return Outputs(
        told(outputs.heat, hardware.heat, on=heat, now_s=now_s),
        told(outputs.cool, hardware.cool, on=cool, now_s=now_s),
    )
