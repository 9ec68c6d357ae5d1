"""A run as a picture (SVG): temperatures over days, and below them when it heated and cooled."""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor

from msgspec import Struct

from krausen.model.vessel import Role
from krausen.simulation.scenario import DAY_S
from krausen.simulation.verdict import Sample, Stretch, Trace

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP = 56, 944, 64
PLOT_BOTTOM, LANE, GAP = 340, 14, 6
POINTS = 888
"""More points than this in a line cannot be seen."""

SURFACE, GRID, INK, SOFT = "#ffffff", "#daddd8", "#161a18", "#636965"
BEER, CHAMBER, ROOM = "#007f63", "#4a90c4", "#7b827d"
HEAT, COOL, SUNKEN = "#d5630e", "#2f86d0", "#e9ebe7"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

STEPS_C = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


class Line(Struct, frozen=True):
    """A temperature to be drawn: its title, colour, how, and values in °C."""

    title: str
    colour: str
    style: str
    values_c: tuple[float, ...]


def picture(title: str, caption: str, trace: Trace) -> str:
    """Give the SVG document of a run with at least two samples; title and caption may hold any text."""
    samples = trace.samples[:: max(1, len(trace.samples) // POINTS)]
    days = trace.samples[-1].at_s / DAY_S
    scale = _Scale(samples, days)
    lines = _lines(samples)
    body = [
        *_heading(title, caption),
        *_grid(scale),
        *(_curve(scale, samples, line) for line in lines),
        *_legend(lines),
        *_lane(scale, trace.stretches, Role.HEAT, PLOT_BOTTOM + 28),
        *_lane(scale, trace.stretches, Role.COOL, PLOT_BOTTOM + 28 + LANE + GAP),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    name = f"<title>{escape(title)}</title>"
    return "\n".join([f'{head} font-family="{FONT}" font-size="12">', name, *body, "</svg>", ""])


class _Scale:
    """Where days and degrees lie in the picture."""

    def __init__(self, samples: Sequence[Sample], days: float) -> None:
        values_c = [c for one in samples for c in (one.beer_c, one.air_c, one.setpoint_c, one.room_c)]
        spread_c = max(max(values_c) - min(values_c), 1.0)
        self.step_c = next((step for step in STEPS_C if spread_c / step <= 8), STEPS_C[-1])
        self.low_c = floor(min(values_c) / self.step_c) * self.step_c
        self.high_c = max(ceil(max(values_c) / self.step_c), self.low_c / self.step_c + 1) * self.step_c
        self.days = days

    def x(self, at_s: float) -> float:
        return LEFT + (RIGHT - LEFT) * at_s / (self.days * DAY_S)

    def y(self, c: float) -> float:
        return PLOT_BOTTOM - (PLOT_BOTTOM - TOP) * (c - self.low_c) / (self.high_c - self.low_c)

    def ticks_c(self) -> Iterator[float]:
        for number in range(round((self.high_c - self.low_c) / self.step_c) + 1):
            yield self.low_c + number * self.step_c


def _lines(samples: Sequence[Sample]) -> tuple[Line, ...]:
    return (
        Line("room", ROOM, 'stroke-width="1" stroke-dasharray="2 3"', tuple(one.room_c for one in samples)),
        Line("chamber", CHAMBER, 'stroke-width="1"', tuple(one.air_c for one in samples)),
        Line(
            "setpoint", INK, 'stroke-width="1" stroke-dasharray="6 4"', tuple(s.setpoint_c for s in samples)
        ),
        Line("beer", BEER, 'stroke-width="2"', tuple(one.beer_c for one in samples)),
    )


def _heading(title: str, caption: str) -> Iterator[str]:
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{SURFACE}"/>'
    yield f'<text x="{LEFT}" y="24" font-size="16" font-weight="600" fill="{INK}">{escape(title)}</text>'
    yield f'<text x="{LEFT}" y="44" fill="{SOFT}">{escape(caption)}</text>'


def _grid(scale: _Scale) -> Iterator[str]:
    for c in scale.ticks_c():
        y = scale.y(c)
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{GRID}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="{SOFT}">{c:g} °C</text>'
    for day in range(floor(scale.days) + 1):
        x = scale.x(day * DAY_S)
        yield f'<path d="M{x:.1f} {TOP}V{PLOT_BOTTOM}" stroke="{GRID}"/>'
        yield f'<text x="{x:.1f}" y="{PLOT_BOTTOM + 16}" text-anchor="middle" fill="{SOFT}">day {day}</text>'


def _curve(scale: _Scale, samples: Sequence[Sample], line: Line) -> str:
    points = (
        f"{scale.x(sample.at_s):.1f},{scale.y(c):.1f}"
        for sample, c in zip(samples, line.values_c, strict=True)
    )
    return f'<polyline fill="none" stroke="{line.colour}" {line.style} points="{" ".join(points)}"/>'


def _legend(lines: Sequence[Line]) -> Iterator[str]:
    for place, line in enumerate(reversed(lines)):
        x = RIGHT - 96 * (len(lines) - place)
        yield f'<path d="M{x} 20h20" stroke="{line.colour}" {line.style}/>'
        yield f'<text x="{x + 26}" y="24" fill="{SOFT}">{line.title}</text>'


def _lane(scale: _Scale, stretches: Sequence[Stretch], role: Role, y: int) -> Iterator[str]:
    colour = HEAT if role is Role.HEAT else COOL
    yield f'<text x="{LEFT - 8}" y="{y + 11}" text-anchor="end" fill="{SOFT}">{role.value}</text>'
    yield f'<rect x="{LEFT}" y="{y}" width="{RIGHT - LEFT}" height="{LANE}" fill="{SUNKEN}"/>'
    bars = [
        f"M{scale.x(one.from_s):.2f} {y}h{max(scale.x(one.until_s) - scale.x(one.from_s), 0.4):.2f}v{LANE}"
        f"H{scale.x(one.from_s):.2f}z"
        for one in stretches
        if one.role is role
    ]
    if bars:
        yield f'<path fill="{colour}" d="{"".join(bars)}"/>'
