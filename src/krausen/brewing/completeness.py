"""How much of a time was recorded, and what may have kept the rest from it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct


class Span(Struct, frozen=True, order=True):
    """The time start <= t < end, UTC milliseconds."""

    start: int
    end: int

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return max(0, self.end - self.start)


class Cause(StrEnum):
    """What kept readings away."""

    DEVICE = "device silent"
    AGENT = "agent away"
    SERVER = "server away"
    UNKNOWN = "not recorded"


class Evidence(Struct, frozen=True, kw_only=True):
    """Who spoke while a series was silent: others of its adapter, or anybody else; None for nobody there.

    One of our agents keeps what it cannot hand over and does so later; what others send is lost when nobody
    takes it.
    """

    from_agent: bool
    adapter_spoke: bool | None
    others_spoke: bool | None


def gaps(times: Sequence[int], spans: Sequence[Span], longest_ms: int) -> Iterator[Span]:
    """Yield the parts of spans, longer than `longest_ms`, in which there is no reading.

    `times` rise. A silence at either end of a span counts as one between readings does.
    """
    for span in spans:
        within = times[bisect_left(times, span.start) : bisect_left(times, span.end)]
        for start, end in pairwise((span.start, *within, span.end)):
            if end - start > longest_ms:
                yield Span(start, end)


def completeness(missing: Sequence[Span], spans: Sequence[Span]) -> float | None:
    """Give how much of the spans is not missing, in percent; None where they are of no length."""
    whole = sum(span.length_ms for span in spans)
    return 100.0 * (1.0 - sum(gap.length_ms for gap in missing) / whole) if whole else None


def cause_of(evidence: Evidence) -> Cause:
    """Tell what kept a series silent by who spoke meanwhile."""
    if evidence.adapter_spoke:
        return Cause.DEVICE
    if evidence.from_agent:
        return Cause.UNKNOWN if evidence.adapter_spoke is None else Cause.AGENT
    if evidence.others_spoke is None:
        return Cause.UNKNOWN
    return Cause.DEVICE if evidence.others_spoke else Cause.SERVER


def running_spans(start: int, end: int, pauses: Sequence[Span]) -> list[Span]:
    """Give what is left of start <= t < end without the pauses, which come in order and do not overlap."""
    edges = [start, *(edge for pause in pauses for edge in (pause.start, pause.end)), end]
    bounded = [min(max(edge, start), end) for edge in edges]
    spans = [Span(bounded[n], bounded[n + 1]) for n in range(0, len(bounded), 2)]
    return [span for span in spans if span.start < span.end]
