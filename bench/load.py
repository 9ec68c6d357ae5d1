"""A light load for HTTP servers: prepared requests over raw sockets, in one thread.

It does as little as it can for each request, so that on a small machine the server has the rest.
"""

import select
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

RECEIVED = 1 << 18
PATIENCE_S = 60.0


class Connections:
    """Connections to a server on this machine, each with at most one request under way."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._said: dict[int, bytes] = {}
        self.free: deque[int] = deque()
        for _ in range(count):
            self._connect()

    def close(self) -> None:
        """Hang up."""
        self._poll.close()
        for one in self._sockets.values():
            one.close()

    def send(self, request: bytes) -> int:
        """Send a request on a free connection, and give its number."""
        number = self.free.popleft()
        self._sockets[number].sendall(request)
        return number

    def answered(self, wait_s: float) -> list[int]:
        """Give the connections whose answer is there; they are free again.

        Raises RuntimeError for an answer that is no success.
        """
        done = [number for number, _ in self._poll.poll(wait_s) if self._is_answered(number)]
        self.free += done
        return done

    def _connect(self) -> None:
        made = _connected(self._port)
        self._sockets[made.fileno()] = made
        self._said[made.fileno()] = b""
        self._poll.register(made.fileno(), select.EPOLLIN)
        self.free.append(made.fileno())

    def _is_answered(self, number: int) -> bool:
        part = self._sockets[number].recv(RECEIVED)
        if not part and number in self.free:  # nothing was asked, so the server hung up
            self.free.remove(number)
            self._sockets.pop(number).close()
            self._connect()
            return False
        said = self._said[number] + part
        if not part or not said.startswith((b"HTTP/1.1 2", b"HTTP/1.")[len(said) < 10]):
            raise RuntimeError(f"The server answered {said[:1000].decode(errors='replace')!r}.")
        is_whole = _is_whole(said)
        self._said[number] = b"" if is_whole else said
        return is_whole


@contextmanager
def connected(port: int, count: int) -> Iterator[Connections]:
    """Give connections to a server on this machine."""
    connections = Connections(port, count)
    try:
        yield connections
    finally:
        connections.close()


def closed_loop(port: int, count: int, requests: Sequence[bytes]) -> float:
    """Send requests over `count` connections, the next when one is answered; give the seconds it took."""
    with connected(port, count) as connections:
        waiting = iter(requests)
        start_s, left = time.perf_counter(), len(requests)
        while left:
            for _ in range(len(connections.free)):
                request = next(waiting, None)
                if request is None:
                    break
                connections.send(request)
            left -= len(connections.answered(PATIENCE_S))
        return time.perf_counter() - start_s


def open_loop(port: int, count: int, requests: Sequence[bytes], every_s: float) -> list[float]:
    """Send requests at fixed times whether or not others are answered; give how long each took, seconds.

    A request that finds no free connection waits for one, which counts.
    """
    took_s: list[float] = []
    with connected(port, count) as connections:
        due_of: dict[int, float] = {}
        start_s, sent = time.perf_counter(), 0
        while len(took_s) < len(requests):
            now_s = time.perf_counter()
            while sent < len(requests) and connections.free and start_s + sent * every_s <= now_s:
                due_of[connections.send(requests[sent])] = start_s + sent * every_s
                sent += 1
            # Waits are rounded up to milliseconds, which would make requests late: the last one is not slept.
            wait_ms = int(1000 * (start_s + sent * every_s - time.perf_counter()))
            done = connections.answered(max(0, wait_ms) / 1000 if sent < len(requests) else PATIENCE_S)
            now_s = time.perf_counter()
            took_s += [now_s - due_of[number] for number in done]
    return took_s


def posted(path: str, body: bytes, *headers: str) -> bytes:
    """Give a request to POST a body."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def got(path: str, *headers: str) -> bytes:
    """Give a request to GET a path."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def _connected(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    return made


def _is_whole(said: bytes) -> bool:
    head, end, body = said.partition(b"\r\n\r\n")
    if not end:
        return False
    if b"chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, found, rest = head.lower().partition(b"content-length:")
    return len(body) >= (int(rest.partition(b"\r\n")[0]) if found else 0)
