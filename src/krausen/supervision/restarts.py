"""How one process fares, and when it is started again. Times are UTC milliseconds that never jump."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class Rules(Struct, frozen=True, kw_only=True):
    """When a process counts as crashed too often, and when as hung."""

    steady_ms: int = 60_000
    """One that lived so long is started again at once, and its crashes are forgotten."""
    pause_ms: int = 500
    """Before the start after a first quick crash; doubled at each further one."""
    crashes: int = 5
    """So many quick ones in a row and the process is held."""
    held_ms: int = 600_000
    """After that it is tried once more, and so on."""
    silent_ms: int = 60_000
    """One that has shown no sign of life for so long is hung."""
    grace_ms: int = 10_000
    """So long a process may take to end when it is asked to; then it is killed."""
    ready_ms: int = 600_000
    """So long a process may take until its first one: opening a large store, for instance."""


class State(StrEnum):
    """How a process is, in the words of `krausen status`."""

    ACTIVE = "active"
    STARTING = "starting"
    STOPPED = "stopped"
    FAILED = "failed"


class Life(Struct, frozen=True, kw_only=True):
    """How one process fares: since when, heard of when, started how often, how it ended last."""

    state: State = State.STARTING
    pid: int | None = None
    started_ms: int = 0
    heard_ms: int | None = None
    due_ms: int = 0
    starts: int = 0
    crashes: int = 0
    detail: str = ""


def born(life: Life, pid: int, now_ms: int) -> Life:
    """It was started."""
    return replace(
        life, state=State.STARTING, pid=pid, started_ms=now_ms, heard_ms=None, starts=life.starts + 1
    )


def heard(life: Life, now_ms: int) -> Life:
    """It gave a sign of life, so it is up."""
    return replace(life, state=State.ACTIVE, heard_ms=now_ms)


def ended(life: Life, how: str, now_ms: int, rules: Rules) -> Life:
    """It ended, as `how` tells. Sets when it is started again: `due_ms`."""
    quick = now_ms - life.started_ms < rules.steady_ms
    crashes = life.crashes + 1 if quick else 0
    held = crashes >= rules.crashes
    return replace(
        life,
        state=State.FAILED if held else State.STARTING,
        pid=None,
        crashes=crashes,
        due_ms=now_ms + (rules.held_ms if held else _pause_ms(crashes, rules)),
        detail=how,
    )


def retried(life: Life, now_ms: int) -> Life:
    """Somebody wants it tried now, whatever went before. One that runs is left as it is."""
    if life.pid is not None:
        return life
    return replace(life, state=State.STARTING, crashes=0, due_ms=now_ms)


def excused(life: Life, slept_ms: int) -> Life:
    """Nobody could hear it for so long, because the process manager itself was not given any time."""
    return life if life.heard_ms is None else replace(life, heard_ms=life.heard_ms + slept_ms)


def hung_ms(life: Life, rules: Rules) -> int:
    """Tell when it counts as hung, unless it is heard of before."""
    if life.heard_ms is None:
        return life.started_ms + rules.ready_ms
    return life.heard_ms + rules.silent_ms


def _pause_ms(crashes: int, rules: Rules) -> int:
    return rules.pause_ms * 2 ** (crashes - 1) if crashes else 0
