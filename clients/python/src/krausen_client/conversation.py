"""The live channels without a network: what to say, and what was heard."""

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from krausen_client.errors import NotUnderstood, Refused
from krausen_client.results import LiveReading, Message, Quality

log = logging.getLogger("krausen_client")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OURS = frozenset({"malformed", "unknown_channel"})
"""Errors that we caused, and that asking again does not mend."""


class Frame(Struct, frozen=True):
    """What a server may say."""

    channel: str = ""
    seq: str = ""
    time: datetime = _EPOCH
    message: Any = None
    by: str = ""
    published: bool = False
    gap: bool = False
    error: str = ""
    detail: str = ""


class _LiveReading(Struct, frozen=True):
    series: str
    t: int
    v: float
    quality: Quality = "good"


class _Readings(Struct, frozen=True):
    readings: tuple[_LiveReading, ...] = ()


class Conversation:
    """Hears channels, and knows where each stopped, over any number of connections.

    `since` are the `seq` of the last messages that are known, by channel.
    """

    def __init__(self, channels: Iterable[str], since: Mapping[str, str] | None = None) -> None:
        self._channels = list(dict.fromkeys(channels))
        if not self._channels:
            raise ValueError('Name a channel to listen to, such as "data" or "alarms".')
        self._last = {channel: seq for channel, seq in (since or {}).items() if channel in self._channels}
        self._gaps: set[str] = set()

    def opening(self) -> list[str]:
        """Give what to say on a new connection: each channel goes on after what was heard last."""
        fresh = [channel for channel in self._channels if channel not in self._last]
        frames: list[dict[str, object]] = [{"subscribe": fresh}] if fresh else []
        frames += [{"subscribe": [channel], "since": seq} for channel, seq in self._last.items()]
        return [msgspec.json.encode(frame).decode() for frame in frames]

    def heard(self, text: str | bytes) -> Message | None:
        """Take what the server said; give the message in it. Raises Refused, NotUnderstood."""
        try:
            frame = msgspec.json.decode(text, type=Frame)
            found = _readings(frame)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotUnderstood(f"The live channels said what no Krausen server does: {error}.") from error
        if frame.error in _OURS:
            raise Refused(f"The live channels refused: {frame.detail}")
        if frame.error:
            log.warning("The live channels ended: %s", frame.detail)
        if frame.gap:
            log.warning("The live channels went on after a gap: read again what must be whole")
            self._gaps.update(self._channels)
        return self._message(frame, found) if frame.channel in self._channels else None

    def _message(self, frame: Frame, readings: tuple[LiveReading, ...]) -> Message:
        has_gap = frame.channel in self._gaps
        self._gaps.discard(frame.channel)
        self._last[frame.channel] = frame.seq
        return Message(
            channel=frame.channel,
            seq=frame.seq,
            time=frame.time,
            message=frame.message,
            by=frame.by,
            published=frame.published,
            gap=has_gap,
            readings=readings,
        )


def _readings(frame: Frame) -> tuple[LiveReading, ...]:
    """Give the readings of the channel of readings; what somebody published there is none."""
    if frame.channel != "data" or frame.published:
        return ()
    said = msgspec.convert(frame.message, _Readings)
    return tuple(
        LiveReading(one.series, _EPOCH + timedelta(milliseconds=one.t), one.v, one.quality)
        for one in said.readings
    )
