"""The blocking client."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from krausen_client.options import USUAL, Options
from krausen_client.results import Curve, Latest, Reading, Sent, Series
from krausen_client.site import site_of

if TYPE_CHECKING:
    from krausen_client.calls import Calls, Moment
    from krausen_client.exchange import Exchange
    from krausen_client.listening import Listening
    from krausen_client.requests import Flow, Query
    from krausen_client.rows import RowLike

T = TypeVar("T")


class Client:
    """A Krausen server, for programs that wait for its answers. Any number of threads may share one.

    `url` is its address, such as `http://brewery:8080`. Give `login` and `password`, or `token`. All calls
    raise ClientError: Unreachable once the patience of the options has ended, Refused at once. Use it in a
    `with` block, or `close` it. Raises ValueError for an address or a proof that cannot be.
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
        self._lock = Lock()
        self._calls: Calls | None = None
        self._exchange: Exchange | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.site.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; a later call opens them again."""
        with self._lock:
            exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.close()

    def send(self, rows: "Iterable[RowLike]") -> Sent:
        """Send rows, any number of them, and return once the server has them on disk.

        A list is checked as a whole before any of it is sent, other iterables request by request. What
        fails has in `sent` how many rows were accepted before; sending everything again is harmless.
        """
        return self.carry(self.calls.send(rows))

    def latest(self) -> list[Latest]:
        """Give the newest reading of every series that has one."""
        return self.carry(self.calls.latest())

    def series(
        self, *, adapter: str | None = None, node: str | None = None, metric: str | None = None
    ) -> list[Series]:
        """Give the series of an adapter, node or metric, all where none is named."""
        return self.carry(self.calls.series({"adapter": adapter, "node": node, "metric": metric}))

    def chart(
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
        return self.carry(self.calls.chart(ids, query))

    def readings(
        self,
        series: str,
        start: "Moment | None" = None,
        end: "Moment | None" = None,
        *,
        corrected: bool = False,
    ) -> "Readings":
        """Give the readings of a series by its id, oldest first; they are fetched as they are used."""
        from krausen_client.calls import span

        return Readings(self, [("series", series), ("corrected", str(corrected).lower()), *span(start, end)])

    def listen(self, *channels: str, since: Mapping[str, str] | None = None) -> "Listening":
        """Listen to channels, such as `data` or `alarms`; `since` has the `seq` after which each goes on."""
        from krausen_client.conversation import Conversation
        from krausen_client.listening import Listening
        from krausen_client.pauses import Pauses

        def prove() -> Mapping[str, str]:
            return self.carry(self.calls.proof(), once=True)

        return Listening(self.site, self.options, prove, Conversation(channels, since), Pauses(Random()))

    def publish(self, channel: str, message: Any) -> None:
        """Publish a message, anything that JSON can say, to a channel. It is never published twice."""
        self.carry(self.calls.publish(channel, message))

    @property
    def calls(self) -> "Calls":
        """The calls as flows, for `carry`."""
        from krausen_client.calls import Calls

        with self._lock:
            if self._calls is None:
                self._calls = Calls(self.site, self.options.batch)
            return self._calls

    def carry(self, flow: "Flow[T]", *, once: bool = False) -> T:
        """Carry out a flow of `calls`; `once` does not try again."""
        from krausen_client.exchange import Exchange

        with self._lock:
            if self._exchange is None:
                self._exchange = Exchange(self.site, self.options, Random())
            exchange = self._exchange
        return exchange.carry(flow, once=once)


class Readings:
    """The readings of a series; iterate as often as you like."""

    def __init__(self, client: Client, query: "Query") -> None:
        self._client = client
        self._query = query

    def __iter__(self) -> Iterator[Reading]:
        cursor: str | None = None
        while True:
            page = self._client.carry(self._client.calls.readings(self._query, cursor))
            yield from page.items
            if page.next is None:
                return
            cursor = page.next

    def to_pandas(self) -> Any:
        """Give a DataFrame with `v` and `quality` by time. Raises ImportError where pandas is missing."""
        from krausen_client.tabular import frame, pandas

        pandas()
        return frame(list(self))
