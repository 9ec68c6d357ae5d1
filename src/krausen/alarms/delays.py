"""When a judgement counts: after it has held for a while, and no longer when it is well within the limit.

On-delay, off-delay and dead band as in ISA-18.2, clause 10.4, the same for every rule.
"""

from msgspec import Struct


class Timing(Struct, frozen=True, kw_only=True):
    """How long a condition lasts before it is told, and is over before that is told.

    It is over when it is further within its limit than the dead band, in the unit of the rule.
    """

    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    deadband: float = 0.0


class Memory(Struct, frozen=True, gc=False):
    """Whether a condition counts, and since when (UTC ms) it has looked otherwise, None where it does not."""

    counts: bool = False
    since: int | None = None


def counted(timing: Timing, memory: Memory, excess: float | None, now: int) -> Memory:
    """Take a judgement at an instant, UTC ms: how far beyond its limit something is, None for unknown.

    `since` of a condition that has just begun to count is when it began. What is unknown changes nothing that
    counts; whatever was about to change begins anew.
    """
    if excess is None:
        return _settled(memory)
    looks = excess > -timing.deadband if memory.counts else excess > 0
    if looks == memory.counts:
        return _settled(memory)
    since = now if memory.since is None else min(memory.since, now)
    delay_s = timing.off_delay_s if memory.counts else timing.on_delay_s
    return Memory(counts=looks if now - since >= 1000 * delay_s else memory.counts, since=since)


def _settled(memory: Memory) -> Memory:
    return memory if memory.since is None else Memory(counts=memory.counts)
