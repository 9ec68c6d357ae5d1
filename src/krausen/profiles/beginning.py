"""How a run begins: now, at a date to come, or as if it had begun a while ago."""

from msgspec.structs import replace

from krausen.model.profile import HOUR_MS, Profile, Run, Step, StepKind
from krausen.profiles.editing import edited, start_now


def begun(profile: Profile, start: int, now: int, here_c: float | None) -> Run:
    """Give a run of a profile from `start`, UTC milliseconds; `here_c`, °C, is held until now, if anything.

    From there the setpoint goes over gently to the course of a run that begins now, or began already. What
    was due before now is left out. A run that has yet to begin waits at its first temperature.
    """
    if start > now:
        return Run(profile=profile, start=start)
    if start == now:
        return start_now(profile, now, here_c)
    due = tuple(event for event in profile.events if round(event.hours * HOUR_MS) >= now - start)
    run = Run(profile=profile, start=start) if here_c is None else _joined(profile, start, now, here_c)
    return replace(run, profile=replace(run.profile, events=due))


def _joined(profile: Profile, start: int, now: int, here_c: float) -> Run:
    still = Step(kind=StepKind.HOLD, temperature=here_c)
    return edited(Run(profile=replace(profile, steps=(still,)), start=start), profile, now)
