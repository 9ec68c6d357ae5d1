"""Frames, encoded once for all who hear them, and the outlets through which they leave."""

from functools import cached_property
from typing import Protocol

from msgspec import json

_TEXT = 0x81
"""The first byte of a text frame that is whole (RFC 6455, 5.2)."""
_SHORT = 126
_LONG = 1 << 16
_EVENT = b"42"
"""An event of socket.io 5 in a message of Engine.IO 4."""


class Frame:
    """One message, or one answer, as it goes over the wire.

    `channel` is whose message it is, `n` its number there and `t` its time, UTC milliseconds. `websocket` is
    a whole WebSocket frame, unmasked, whose payload is the JSON `text`; `packet` is one whose payload is
    the event of socket.io that says the same.
    """

    def __init__(self, channel: str, n: int, t: int, payload: bytes) -> None:
        self.channel = channel
        self.n = n
        self.t = t
        self.websocket = framed(payload)
        self._start = len(self.websocket) - len(payload)

    def __len__(self) -> int:
        """Give how many bytes go over the wire."""
        return len(self.websocket)

    @cached_property
    def text(self) -> str:
        """The payload as text."""
        return self.websocket[self._start :].decode()

    @cached_property
    def packet(self) -> bytes:
        """The message as a packet of socket.io, whole and unmasked."""
        name = json.encode(self.channel)
        said = self.websocket[self._start + len(_head(name)) :]
        return framed(b"%s[%s,{%s]" % (_EVENT, name, said))


class Word(Frame):
    """Something that is said to one listener alone; for socket.io it is an event of a name."""

    def __init__(self, event: str, payload: bytes) -> None:
        super().__init__("", 0, 0, payload)
        self._event = event

    @cached_property
    def packet(self) -> bytes:
        """The word as a packet of socket.io, whole and unmasked."""
        return framed(b"%s[%s,%s]" % (_EVENT, json.encode(self._event), self.websocket[self._start :]))


class Outlet(Protocol):
    """Leads frames to one listener.

    Whoever makes one calls `drained` of the listener when there is room again after `waiting` was too much.
    """

    def write(self, frame: Frame) -> None:
        """Send a frame, after those that were written before; never waits, harmless when nobody is there."""

    @property
    def waiting(self) -> int:
        """How many bytes the other side has not taken yet."""

    def close(self, code: int, reason: str) -> None:
        """End the connection, and say why; harmless when it has ended."""


def message_frame(channel: str, n: int, t: int, said: bytes) -> Frame:
    """Make the frame of a message; `said` is the inside of its JSON object after the channel."""
    return Frame(channel, n, t, b"%s%s}" % (_head(json.encode(channel)), said))


def framed(payload: bytes) -> bytes:
    """Give text as a whole WebSocket frame of a server: unmasked, in one part (RFC 6455, 5.2)."""
    length = len(payload)
    if length < _SHORT:
        return b"%c%c%s" % (_TEXT, length, payload)
    if length < _LONG:
        return b"%c%c%s%s" % (_TEXT, _SHORT, length.to_bytes(2, "big"), payload)
    return b"%c%c%s%s" % (_TEXT, _SHORT + 1, length.to_bytes(8, "big"), payload)


def _head(name: bytes) -> bytes:
    """Give how the JSON object of a message begins, by the JSON of its channel's name."""
    return b'{"channel":%s,' % name


GAP = Word("gap", b'{"gap":true}')
"""Tells a listener that it missed something; what comes after it is how everything stands."""
