"""What a pre-flight found, in plain words and in numbers."""

from collections.abc import Iterable, Iterator

from krausen.control.preflight.course import (
    BEER_C,
    LONGEST_AFTER_S,
    LONGEST_REST_S,
    PULSE_S,
    Course,
    Phase,
    Setting,
)
from krausen.control.preflight.response import Response
from krausen.control.preflight.trial import Point, Trial
from krausen.control.turning import COOL, HEAT
from krausen.model.preflight import Finding, FindingLevel, PreflightReport, PreflightState

SWAPPED = 3.0
"""A beer probe that answers so many times as much as the chamber's is none."""
LEAST_C = 0.3
LEAST_C_H = 2.5
"""A probe in the air that moves less, or more slowly, may just be drifting."""
UNCLEAR_C = 0.25
"""Where one moves less than this, nothing happened at all."""
DRIFTING_C_H = 3.0
"""One that was drifting faster tells nothing of an output that seems dead."""
STUCK_POINTS = 60
"""So many looks without any change are suspicious where an output should have been felt."""

_GOOD, _WARNING, _FAULT = FindingLevel.GOOD, FindingLevel.WARNING, FindingLevel.FAULT
_OUTPUT = {HEAT: "heater", COOL: "cooler"}
_DOING = {HEAT: "heating", COOL: "cooling"}
_DOES = {HEAT: "heats", COOL: "cools"}


def report(setting: Setting, course: Course, now_s: float) -> PreflightReport:
    """Say how a pre-flight stands, with everything that is known of it by now."""
    findings = [*_of_probes(setting, course), *_of_outputs(setting, course.trials)]
    if course.phase is Phase.OVER:
        findings += _of_all(setting, course.trials)
    if course.stopped:
        findings.append(Finding(_FAULT, f"The pre-flight ended before its time. {course.stopped}"))
    return PreflightReport(
        state=_state(course, findings),
        step=_step(course),
        done=_done(course, now_s),
        findings=tuple(findings),
        measured=_measured(course),
    )


def _state(course: Course, findings: Iterable[Finding]) -> PreflightState:
    if course.phase is not Phase.OVER:
        return PreflightState.RUNNING
    if course.stopped:
        return PreflightState.STOPPED
    is_faulty = any(finding.level is _FAULT for finding in findings)
    return PreflightState.FAILED if is_faulty else PreflightState.DONE


def _step(course: Course) -> str:
    if course.phase is Phase.OVER:
        return ""
    if course.phase is Phase.REST:
        return "Watching the probes at rest."
    if course.phase is Phase.AFTER:
        return f"Watching what follows on {_DOING[course.way]}."
    if course.on_s is None:
        held = f" {course.held}" if course.held else ""
        return f"Waiting until the {_OUTPUT[course.way]} may run.{held}"
    return f"{_DOING[course.way].capitalize()}."


def _done(course: Course, now_s: float) -> float:
    """Give how much of it is done, 0 to 1; it never falls."""
    if course.phase is Phase.OVER:
        return 1.0
    first, share, longest_s = {
        Phase.REST: (0.0, 0.3, LONGEST_REST_S),
        Phase.PULSE: (0.3, 0.3, PULSE_S),
        Phase.AFTER: (0.6, 0.4, LONGEST_AFTER_S),
    }[course.phase]
    since_s = course.since_s if course.phase is not Phase.PULSE else (course.on_s or now_s)
    if course.phase is Phase.AFTER and course.off_s is None:
        since_s = now_s
    part = first + share * min(1.0, max(0.0, (now_s - since_s) / longest_s))
    trials = len(course.trials) + len(course.left)
    return min(0.99, (len(course.trials) + part) / max(trials, 1))


def _of_probes(setting: Setting, course: Course) -> Iterator[Finding]:
    if not setting.beer and not setting.chamber:
        text = "Neither beer nor chamber has a probe, so nothing was switched on: arrange one first."
        yield Finding(_FAULT, text)
        return
    if not setting.ways:
        yield Finding(_WARNING, "Neither a heater nor a cooler is arranged: there is nothing to try.")
    if course.first is not None and course.points:
        first, last = course.first, course.points[-1]
        is_late = bool(course.trials) or course.phase is not Phase.REST
        yield from _of_probe("beer", (first.beer, last.beer), is_there=setting.beer, is_late=is_late)
        yield from _of_probe(
            "chamber", (first.chamber, last.chamber), is_there=setting.chamber, is_late=is_late
        )


def _of_probe(
    name: str, told: tuple[float | None, float | None], *, is_there: bool, is_late: bool
) -> Iterator[Finding]:
    """Judge a probe by what it told first and last."""
    first_c, last_c = told
    if not is_there:
        yield Finding(_WARNING, _MISSING[name])
    elif first_c is None:
        if is_late:
            yield Finding(_FAULT, f"The {name} probe gives nothing: is it plugged in?")
    elif last_c is None:
        yield Finding(_FAULT, f"The {name} probe has fallen silent: look to its cable.")
    else:
        yield Finding(_GOOD, f"The {name} probe answers: {first_c:.1f} °C.")


def _of_outputs(setting: Setting, trials: Iterable[Trial]) -> Iterator[Finding]:
    for one in trials:
        way, output, does = one.way, _OUTPUT[one.way], _does(one)
        if one.ran_s is None:
            yield Finding(_FAULT, f"The {output} was not tried: {one.why}.")
        elif does == way:
            yield Finding(_GOOD, f"The {output} {_DOES[way]}: {_course_of(one)}.")
        elif does and setting.chamber:
            yield Finding(_FAULT, f"The output called {output} {_DOES[does]}.")
        elif does or _is_unclear(setting, one):
            text = f"What the {output} does could not be told from how the temperature was drifting before."
            yield Finding(_WARNING, f"{text} Try again when it has come to rest.")
        else:
            yield _dead(setting, one, one.ran_s)


def _dead(setting: Setting, one: Trial, ran_s: float) -> Finding:
    doing, output = _DOING[one.way], _OUTPUT[one.way]
    if not setting.chamber or one.drift is None:
        text = f"{_minutes(ran_s)} of {doing} changed nothing that the beer probe could tell by now."
        return Finding(_WARNING, f"{text} A chamber probe would tell more.")
    return Finding(_FAULT, f"{_minutes(ran_s)} of {doing} changed nothing: is the plug of the {output} in?")


def _is_unclear(setting: Setting, one: Trial) -> bool:
    """Tell whether an output that was not felt may have been, but for a drift or a door."""
    if not setting.chamber or one.drift is None or one.ran_s is None:
        return False
    is_slow = one.felt.rate_c_h < LEAST_C_H and one.ran_s >= PULSE_S
    is_little = abs(one.felt.peak_c) < UNCLEAR_C
    return abs(one.drift.c_h) > DRIFTING_C_H or not (is_slow or is_little)


def _of_all(setting: Setting, trials: Iterable[Trial]) -> Iterator[Finding]:
    """Say what only all trials together tell."""
    tried = [one for one in trials if one.ran_s is not None]
    felt = [one for one in tried if _does(one)]
    if setting.chamber and len(felt) == 2 and all(_does(one) == -one.way for one in felt):
        yield Finding(_FAULT, "Heater and cooler are swapped: exchange their plugs, or what they are called.")
    if setting.chamber and felt and all(_is_swapped(one) for one in felt):
        text = "The probe called beer answers like air, at once; the one called chamber does not"
        yield Finding(_FAULT, f"{text}: they may be swapped.")
    if setting.chamber and len(tried) == 2 and not felt:
        text = "Neither output was felt: the chamber probe may be stuck, or hang outside the chamber."
        yield Finding(_WARNING, text)
    yield from _stuck(tried)


def _stuck(tried: Iterable[Trial]) -> Iterator[Finding]:
    """Suspect a chamber probe that has shown one value all the time."""
    shown = [one.shown for one in tried if one.shown is not None]
    lows, highs = [low for low, _, _ in shown], [high for _, high, _ in shown]
    if sum(looks for _, _, looks in shown) >= STUCK_POINTS and min(lows) == max(highs):
        text = f"The chamber probe has shown nothing but {lows[0]:.2f} °C: it may be stuck."
        yield Finding(_WARNING, text)


def _is_swapped(one: Trial) -> bool:
    beer_c, chamber_c = abs(one.beer.peak_c), abs(one.chamber.peak_c)
    return one.drift is not None and beer_c >= BEER_C and beer_c > SWAPPED * chamber_c


def _does(one: Trial) -> int:
    """Give what an output does, HEAT or COOL, by the probe it drove most; 0 where that is not certain."""
    by_chamber = _driven(one.chamber, _least_c(one), LEAST_C_H)
    if by_chamber and abs(one.beer.peak_c) <= abs(one.chamber.peak_c):
        return by_chamber
    return _driven(one.beer, BEER_C, 0.0 if one.drift is None else LEAST_C_H) or by_chamber


def _driven(felt: Response, least_c: float, least_c_h: float) -> int:
    if abs(felt.peak_c) < least_c or felt.rate_c_h < least_c_h:
        return 0
    return HEAT if felt.peak_c > 0.0 else COOL


def _least_c(one: Trial) -> float:
    """Give what is an effect; the more the chamber was drifting, the less is a departure from that worth."""
    drift = one.drift
    return LEAST_C if drift is None else max(LEAST_C, 0.5 * abs(drift.then(drift.at_s + PULSE_S) - drift.c))


def _course_of(one: Trial) -> str:
    felt = one.felt
    probe = "chamber" if felt is one.chamber else "beer"
    moved = "rose" if felt.peak_c > 0.0 else "fell"
    after = f"after {_minutes(felt.delay_s or 0.0)}"
    return f"{after} the {probe} {moved} by up to {felt.rate_c_h:.0f} °C/h"


def _measured(course: Course) -> dict[str, float]:
    found: dict[str, float] = {}
    if course.first is not None:
        found |= _rest(course.first)
    for one in course.trials:
        name, felt = _DOING[one.way], one.felt
        if one.drift is not None:
            found.setdefault("chamber_drift_c_h", round(one.drift.c_h, 2))
        if one.ran_s is None or _does(one) != one.way:
            continue
        found[f"{name}_c_h"] = round(felt.rate_c_h, 1)
        found[f"{name}_delay_s"] = round(felt.delay_s or 0.0)
        found[f"{name}_goes_on_s"] = round(max(0.0, felt.after_s - one.ran_s))
    return found


def _rest(first: Point) -> dict[str, float]:
    named = (("beer_c", first.beer), ("chamber_c", first.chamber))
    return {name: round(c, 2) for name, c in named if c is not None}


def _minutes(seconds: float) -> str:
    if seconds < 90.0:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60.0:.0f} minutes"


_MISSING = {
    "beer": "No beer probe is arranged: only the chamber can be held.",
    "chamber": "No chamber probe is arranged: what the outputs do shows only in the beer, which is slow.",
}
