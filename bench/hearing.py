"""Listeners for benchmarks: many raw sockets in one thread, which read what comes and count it.

It speaks just enough of each protocol to be let in and to stay, so that on a small machine the server has
the rest. A message from outside has in it when it was published, as `"at":SECONDS` of the monotonic clock.
"""

import gc
import os
import resource
import select
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from msgspec import Struct, json

RECEIVED = 1 << 18
PATIENCE_S = 30.0
FILES = 16_384
_PING = 0x89

Part = tuple[int, bytes]
"""The first byte of a frame, and its payload."""


class Dialect(Protocol):
    """How one protocol is spoken by a listener, which also publishes."""

    def greet(self, line: socket.socket) -> bytes:
        """Be let in and subscribe to the channel of the benchmark; give what has come beyond that."""

    def publication(self, body: bytes) -> bytes:
        """Give what publishes JSON to the channel of the benchmark."""

    def parts(self, chunk: bytes) -> tuple[list[Part], bytes]:
        """Give the frames in what has come, and the rest."""

    def reply(self, part: Part) -> bytes:
        """Give what a frame wants to be answered with so that the connection lives; mostly nothing."""


class Live(Struct, frozen=True):
    """Krausen's live channels over a WebSocket."""

    port: int
    token: str
    channel: str = "bench"

    def greet(self, line: socket.socket) -> bytes:
        """Be let in and subscribe."""
        rest = handshake(line, f"127.0.0.1:{self.port}", "/api/v1/live", self.token)
        line.sendall(masked(json.encode({"subscribe": [self.channel]})) + masked(b'{"ping":0}'))
        while b'"pong"' not in rest:
            rest += received(line)
        return b""

    def publication(self, body: bytes) -> bytes:
        """Give a frame that publishes."""
        return masked(b'{"publish":"%s","message":%s}' % (self.channel.encode(), body))

    def parts(self, chunk: bytes) -> tuple[list[Part], bytes]:
        """Give WebSocket frames."""
        return websocket_parts(chunk)

    def reply(self, part: Part) -> bytes:
        """Answer pings."""
        return masked(part[1], 0x8A) if part[0] == _PING else b""


class SocketIo(Struct, frozen=True):
    """The same channels over socket.io 5, Engine.IO 4, without polling first."""

    port: int
    token: str
    channel: str = "bench"

    def greet(self, line: socket.socket) -> bytes:
        """Be let in and subscribe."""
        rest = handshake(line, f"127.0.0.1:{self.port}", "/socket.io/?EIO=4&transport=websocket", "")
        line.sendall(masked(b"40" + json.encode({"token": self.token})))
        while b"40{" not in rest:
            rest += received(line)
        line.sendall(masked(b"42" + json.encode(["subscribe", [self.channel]])))
        return b""

    def publication(self, body: bytes) -> bytes:
        """Give a packet that publishes."""
        return masked(b'42["publish",{"channel":"%s","message":%s}]' % (self.channel.encode(), body))

    def parts(self, chunk: bytes) -> tuple[list[Part], bytes]:
        """Give WebSocket frames."""
        return websocket_parts(chunk)

    def reply(self, part: Part) -> bytes:
        """Answer the pings of WebSocket, and those of Engine.IO."""
        if part[0] == _PING:
            return masked(part[1], 0x8A)
        return masked(b"3") if part[1] == b"2" else b""


class Mqtt(Struct, frozen=True):
    """MQTT 3.1.1 at QoS 0."""

    topic: str = "bench"

    def greet(self, line: socket.socket) -> bytes:
        """Be let in and subscribe."""
        name = b"b%d" % line.fileno()
        line.sendall(_packet(0x10, _text(b"MQTT") + b"\x04\x02\x00\x00" + _text(name)))
        rest = received(line)
        line.sendall(_packet(0x82, b"\x00\x01" + _text(self.topic.encode()) + b"\x00"))
        while len(rest) < 9:  # the answers to both
            rest += received(line)
        return b""

    def publication(self, body: bytes) -> bytes:
        """Give a packet that publishes."""
        return _packet(0x30, _text(self.topic.encode()) + body)

    def parts(self, chunk: bytes) -> tuple[list[Part], bytes]:
        """Give packets; the topic is in their payload."""
        found: list[Part] = []
        start = 0
        while (bounds := _bounds(chunk, start)) is not None:
            found.append((chunk[start], chunk[bounds[0] : bounds[1]]))
            start = bounds[1]
        return found, chunk[start:]

    def reply(self, part: Part) -> bytes:  # noqa: ARG002 the dialects have one shape
        """Answer nothing: no pings are agreed on."""
        return b""


Heard = Callable[[bytes, float], None]


class Crowd:
    """Connections that all hear the same channel; the first of them also publishes."""

    def __init__(self, dialect: Dialect, port: int, count: int) -> None:
        self._dialect = dialect
        self._poll = select.epoll()
        self._lines: dict[int, socket.socket] = {}
        self._rest: dict[int, bytes] = {}
        for _ in range(count):
            line = connected(port)
            self._rest[line.fileno()] = dialect.greet(line)
            line.setblocking(False)
            self._lines[line.fileno()] = line
            self._poll.register(line.fileno(), select.EPOLLIN)
        self._speaker = connected(port)
        dialect.greet(self._speaker)
        self._poll.register(self._speaker.fileno(), select.EPOLLIN)
        self._lines[self._speaker.fileno()] = self._speaker
        self._rest[self._speaker.fileno()] = b""
        self.count = count + 1

    def close(self) -> None:
        """Hang up."""
        self._poll.close()
        for line in self._lines.values():
            line.close()

    def publish(self, body: bytes) -> None:
        """Publish JSON."""
        self._speaker.sendall(self._dialect.publication(body))

    def hear(self, wait_s: float, heard: Heard) -> None:
        """Read what has come, and hand over each payload with the time of the monotonic clock."""
        for number, _ in self._poll.poll(wait_s):
            chunk = os.read(number, RECEIVED)
            at = time.perf_counter()
            if not chunk:
                raise ConnectionResetError("The server hung up on a listener.")
            parts, self._rest[number] = self._dialect.parts(self._rest[number] + chunk)
            for part in parts:
                reply = self._dialect.reply(part)
                if reply:
                    self._lines[number].send(reply)
                else:
                    heard(part[1], at)


class Flood(Struct, frozen=True):
    """How much was delivered, and what the server's processor gave for it."""

    deliveries: int
    cpu_s: float

    @property
    def per_cpu_s(self) -> float:
        """Deliveries per processor second."""
        return self.deliveries / max(self.cpu_s, 1e-9)


def flood(crowd: Crowd, cpu_s: Callable[[], float], last_s: float, window: int = 4) -> Flood:
    """Publish as fast as it is delivered to all, with at most `window` messages under way."""
    got = sent = 0

    def heard(_payload: bytes, _at: float) -> None:
        nonlocal got
        got += 1

    start_cpu_s, end = cpu_s(), time.perf_counter() + last_s
    while time.perf_counter() < end:
        while sent * crowd.count - got < window * crowd.count:
            crowd.publish(stamped())
            sent += 1
        crowd.hear(0.1, heard)
    _rest_of(crowd, lambda: got < sent * crowd.count, heard)
    return Flood(got, cpu_s() - start_cpu_s)


def paced(crowd: Crowd, every_s: float, last_s: float) -> list[float]:
    """Publish at a pace, and give the seconds that each delivery took. Raises RuntimeError if one is lost."""
    took_s: list[float] = []

    def heard(payload: bytes, at: float) -> None:
        took_s.append(at - stamp_of(payload))

    sent = 0
    for _ in ticks(every_s, last_s, lambda wait_s: crowd.hear(wait_s, heard)):
        crowd.publish(stamped())
        sent += 1
    _rest_of(crowd, lambda: len(took_s) < sent * crowd.count, heard)
    return took_s


def ticks(every_s: float, last_s: float, meanwhile: Callable[[float], None]) -> Iterator[int]:
    """Yield a number at a pace; in between something is done that waits no longer than it is told."""
    start = time.perf_counter()
    for n in range(int(last_s / every_s)):
        while (left_s := start + n * every_s - time.perf_counter()) > 0:
            meanwhile(left_s)
        yield n


def stamped() -> bytes:
    """Give a message of about 95 bytes that says when it was made."""
    return b'{"series":"s000001","unit":"degC","quality":"good","v":18.3125,"at":%.6f}' % time.perf_counter()


def stamp_of(payload: bytes) -> float:
    """Give when a message was made."""
    start = payload.rindex(b'"at":') + 5
    return float(payload[start : payload.index(b"}", start)])


def quantile_ms(took_s: Sequence[float], share: float) -> float:
    """Give the milliseconds within which a share of the deliveries came."""
    ordered = sorted(took_s)
    return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@contextmanager
def crowd_of(dialect: Dialect, port: int, count: int) -> Iterator[Crowd]:
    """Open a crowd; no garbage is collected meanwhile, which would be felt as latency."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    crowd = Crowd(dialect, port, count)
    gc.collect()
    gc.disable()
    try:
        yield crowd
    finally:
        gc.enable()
        crowd.close()


def connected(port: int) -> socket.socket:
    """Connect to a server on this machine."""
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def handshake(line: socket.socket, host: str, path: str, token: str) -> bytes:
    """Open a WebSocket (RFC 6455, 4.1); give what came after the answer. Raises ConnectionRefusedError."""
    key = b64encode(os.urandom(16)).decode()
    proof = f"Authorization: Bearer {token}\r\n" if token else ""
    line.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{proof}"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    said = b""
    while b"\r\n\r\n" not in said:
        said += received(line)
    head, _, rest = said.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101"):
        raise ConnectionRefusedError(head.partition(b"\r\n")[0].decode())
    return rest


def received(line: socket.socket) -> bytes:
    """Wait for more. Raises ConnectionResetError at the end."""
    part = line.recv(RECEIVED)
    if not part:
        raise ConnectionResetError("The server hung up.")
    return part


def masked(payload: bytes, first: int = 0x81) -> bytes:
    """Give a whole frame of a client; the mask is zeros, which is allowed and changes nothing."""
    length = len(payload)
    if length < 126:
        return bytes([first, 0x80 | length]) + bytes(4) + payload
    return bytes([first, 0x80 | 126]) + length.to_bytes(2, "big") + bytes(4) + payload


def websocket_parts(chunk: bytes) -> tuple[list[Part], bytes]:
    """Give the whole frames of a server in what has come, and the rest."""
    found: list[Part] = []
    start, there = 0, len(chunk)
    while there - start >= 2:
        length, body = chunk[start + 1], start + 2
        if length >= 126:
            body += 2 if length == 126 else 8
            length = int.from_bytes(chunk[start + 2 : body], "big")
        if body + length > there or body > there:
            break
        found.append((chunk[start], chunk[body : body + length]))
        start = body + length
    return found, chunk[start:]


def _rest_of(crowd: Crowd, is_lacking: Callable[[], bool], heard: Heard) -> None:
    until = time.perf_counter() + PATIENCE_S
    while is_lacking():
        if time.perf_counter() > until:
            raise RuntimeError("Not every message was delivered.")
        crowd.hear(0.1, heard)


def _packet(first: int, body: bytes) -> bytes:
    length, said = len(body), bytearray([first])
    while length > 127:
        said.append(0x80 | (length & 0x7F))
        length >>= 7
    said.append(length)
    return bytes(said) + body


def _text(said: bytes) -> bytes:
    return len(said).to_bytes(2, "big") + said


def _bounds(chunk: bytes, start: int) -> tuple[int, int] | None:
    """Give where the body of a packet begins and ends, None when it has not come whole."""
    length = shift = 0
    place = start + 1
    while place < len(chunk):
        byte = chunk[place]
        place += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return (place, place + length) if place + length <= len(chunk) else None
    return None
