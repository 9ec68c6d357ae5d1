"""The asynchronous client, the twin of the blocking one."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from krausen_client.options import USUAL, Options
from krausen_client.results import Curve, Latest, Reading, Sent, Series
from krausen_client.site import site_of

if TYPE_CHECKING:
    from krausen_client.aio_listening import AsyncListening
    from krausen_client.calls import Calls, Moment
    from krausen_client.exchange import AsyncExchange
    from krausen_client.requests import Flow, Query
    from krausen_client.rows import RowLike

T = TypeVar("T")


class AsyncClient:
    """A Krausen server, for programs with an event loop, one client for each.

    `url` is its address, such as `http://brewery:8080`. Give `login` and `password`, or `token`. All calls
    raise ClientError: Unreachable once the patience of the options has ended, Refused at once. Use it in an
    `async with` block, or `close` it. Raises ValueError for an address or a proof that cannot be.
    """

    def __init__(
        self,
        url: str,
        *,
        login: str | None = None,
        password: str | None = None,
        token: str | None = None,
        options: Options = USUAL,
    ) -> None:
        self.site = site_of(url, login, password, token)
        self.options = options
        self._calls: Calls | None = None
        self._exchange: AsyncExchange | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.site.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; a later call opens them again."""
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            await exchange.close()

    async def send(self, rows: "Iterable[RowLike]") -> Sent:
        """Send rows, any number of them, and return once the server has them on disk.

        A list is checked as a whole before any of it is sent, other iterables request by request. What
        fails has in `sent` how many rows were accepted before; sending everything again is harmless.
        """
        return await self.carry(self.calls.send(rows))

    async def latest(self) -> list[Latest]:
        """Give the newest reading of every series that has one."""
        return await self.carry(self.calls.latest())

    async def series(
        self, *, adapter: str | None = None, node: str | None = None, metric: str | None = None
    ) -> list[Series]:
        """Give the series of an adapter, node or metric, all where none is named."""
        return await self.carry(self.calls.series({"adapter": adapter, "node": node, "metric": metric}))

    async def chart(
        self,
        series: str | Sequence[str],
        start: "Moment | None" = None,
        end: "Moment | None" = None,
        *,
        width: int = 1200,
        corrected: bool = True,
    ) -> list[Curve]:
        """Give series by their ids as at most `width` columns each; without a span, the last 24 hours."""
        from krausen_client.calls import span

        ids = [series] if isinstance(series, str) else list(series)
        query = [("width", str(width)), ("corrected", str(corrected).lower()), *span(start, end)]
        return await self.carry(self.calls.chart(ids, query))

    def readings(
        self,
        series: str,
        start: "Moment | None" = None,
        end: "Moment | None" = None,
        *,
        corrected: bool = False,
    ) -> "AsyncReadings":
        """Give the readings of a series by its id, oldest first; they are fetched as they are used."""
        from krausen_client.calls import span

        return AsyncReadings(
            self, [("series", series), ("corrected", str(corrected).lower()), *span(start, end)]
        )

    def listen(self, *channels: str, since: Mapping[str, str] | None = None) -> "AsyncListening":
        """Listen to channels, such as `data` or `alarms`; `since` has the `seq` after which each goes on."""
        from krausen_client.aio_listening import AsyncListening
        from krausen_client.conversation import Conversation
        from krausen_client.pauses import Pauses

        async def prove() -> Mapping[str, str]:
            return await self.carry(self.calls.proof(), once=True)

        return AsyncListening(self.site, self.options, prove, Conversation(channels, since), Pauses(Random()))

    async def publish(self, channel: str, message: Any) -> None:
        """Publish a message, anything that JSON can say, to a channel. It is never published twice."""
        await self.carry(self.calls.publish(channel, message))

    @property
    def calls(self) -> "Calls":
        """The calls as flows, for `carry`."""
        from krausen_client.calls import Calls

        if self._calls is None:
            self._calls = Calls(self.site, self.options.batch)
        return self._calls

    async def carry(self, flow: "Flow[T]", *, once: bool = False) -> T:
        """Carry out a flow of `calls`; `once` does not try again."""
        from krausen_client.exchange import AsyncExchange

        if self._exchange is None:
            self._exchange = AsyncExchange(self.site, self.options, Random())
        return await self._exchange.carry(flow, once=once)


class AsyncReadings:
    """The readings of a series; iterate as often as you like."""

    def __init__(self, client: AsyncClient, query: "Query") -> None:
        self._client = client
        self._query = query

    async def __aiter__(self) -> AsyncIterator[Reading]:
        cursor: str | None = None
        while True:
            page = await self._client.carry(self._client.calls.readings(self._query, cursor))
            for reading in page.items:
                yield reading
            if page.next is None:
                return
            cursor = page.next

    async def to_pandas(self) -> Any:
        """Give a DataFrame with `v` and `quality` by time. Raises ImportError where pandas is missing."""
        from krausen_client.tabular import frame, pandas

        pandas()
        return frame([reading async for reading in self])
