"""Watches over what may not happen, whatever is demanded and whatever fails."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from krausen.control.interlocks import Times
from krausen.model.vessel import Role

Switches = Sequence[tuple[float, bool]]
Span = tuple[float, float]


def broken(
    switches: Mapping[Role, Switches], times: Mapping[Role, Times], excused: Sequence[Span] = ()
) -> list[str]:
    """Say what was broken by outputs that were off at second 0, in order of roles.

    `switches` are (second, on). A run may end early within the `excused` spans: an output was lost, or the
    agent stopped.
    """
    found = [fault for role in switches for fault in _too_short(role, switches[role], times[role], excused)]
    return found + [f"both on from {start_s} s" for start_s in _both_on(list(switches.values()))]


def _too_short(role: Role, switches: Switches, times: Times, excused: Sequence[Span]) -> Iterator[str]:
    for (since_s, was_on), (at_s, is_on) in pairwise([(0.0, False), *switches]):
        if was_on is is_on:
            yield f"{role} switched to what it was at {at_s} s"
        if is_on and at_s - since_s < times.min_off_s:
            yield f"{role} rested {at_s - since_s} s until {at_s} s"
        early = at_s - since_s < times.min_on_s
        if not is_on and early and not any(start_s <= at_s <= end_s for start_s, end_s in excused):
            yield f"{role} ran {at_s - since_s} s until {at_s} s"


def _both_on(lines: list[Switches]) -> Iterator[float]:
    events = sorted((at_s, on, line) for line, switches in enumerate(lines) for at_s, on in switches)
    running: set[int] = set()
    for at_s, on, line in events:
        if on:
            running.add(line)
        else:
            running.discard(line)
        if len(running) > 1:
            yield at_s
