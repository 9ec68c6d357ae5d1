"""A site and its guests in memory, to try a door with."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from anyio.lowlevel import checkpoint
from msgspec import DecodeError, json

from krausen.errors import Invalid, LinkLost
from krausen.model.people import Caller
from krausen.ports.door import Exchange, Measured, Taken, check_storable


class FakeSite:
    """A site at the instant `now`, UTC milliseconds, which checks what it is brought as the true one does.

    `stored` is everything that a door stored, `rows` the bodies that it passed on with their callers.
    When `failure` is set, every call raises it and keeps nothing.
    """

    def __init__(self, now: int) -> None:
        self._now = now
        self.stored: list[Measured] = []
        self.rows: list[tuple[bytes, Caller]] = []
        self.failure: Exception | None = None

    def now(self) -> int:
        """Give the site's time."""
        return self._now

    async def store(self, measured: Sequence[Measured]) -> int:
        """Keep what a guest brought, all or nothing. Raises Invalid, and `failure`."""
        await self._turn()
        check_storable(measured, self._now)
        self.stored += measured
        return len(measured)

    async def take_rows(self, body: bytes, caller: Caller) -> Taken:
        """Keep a body with rows. Raises Invalid when it is no array of objects, and `failure`."""
        await self._turn()
        try:
            rows = json.decode(body, type=list[dict[str, object]])
        except (DecodeError, UnicodeDecodeError) as error:
            raise Invalid(f"These are no rows: {error}.") from error
        self.rows.append((body, caller))
        values = [row.get("data") for row in rows]
        return Taken(rows=len(rows), readings=sum(len(one) for one in values if isinstance(one, dict)))

    async def _turn(self) -> None:
        await checkpoint()
        if self.failure is not None:
            raise self.failure


class FakeStream:
    """A guest by TCP who says `chunks` and hangs up; `sent` is what was said to them.

    When `gone` is set, nothing can be said to them any more.
    """

    def __init__(self, chunks: Iterable[bytes], address: str = "192.168.1.20") -> None:
        self._chunks = deque(chunks)
        self._address = address
        self.sent: list[bytes] = []
        self.gone = False

    @property
    def address(self) -> str:
        """The network address of the guest."""
        return self._address

    async def receive(self) -> bytes:
        """Give the next chunk, empty after the last."""
        await checkpoint()
        return self._chunks.popleft() if self._chunks else b""

    async def send(self, data: bytes) -> None:
        """Keep what is said to the guest. Raises LinkLost when the guest has gone."""
        await checkpoint()
        if self.gone:
            raise LinkLost(f"{self._address} has hung up.")
        self.sent.append(data)


def posted(
    path: str,
    body: bytes,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    caller: Caller | None = None,
) -> Exchange:
    """Give a POST from a guest in the local network; names of headers are in small letters."""
    return Exchange(
        method="POST",
        path=path,
        query=query or {},
        headers=headers or {},
        body=body,
        address="192.168.1.20",
        caller=caller,
    )
