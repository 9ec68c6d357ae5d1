"""Carries requests to a server and brings answers back, again and again while that may help."""

import logging
from collections.abc import Callable
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from random import Random
from ssl import SSLCertVerificationError
from typing import Any, TypeVar

import httpx2
import stamina

from krausen_client.answers import failure_of
from krausen_client.errors import ClientError, NotUnderstood, Unreachable
from krausen_client.options import Options
from krausen_client.requests import Answer, Flow, Request
from krausen_client.site import Site

T = TypeVar("T")

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
JITTER_S = 0.5
CONNECT_S = 10.0
"""Seconds that a connection may take; an answer has those of the options."""

log = logging.getLogger("krausen_client")

_PASSING = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError, httpx2.ProxyError)
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


class Exchange:
    """The line of a blocking client; any number of threads may use it."""

    def __init__(self, site: Site, options: Options, chance: Random) -> None:
        self._site = site
        self._options = options
        self._chance = chance
        self._http = httpx2.Client(**_line(site, options))

    def carry(self, flow: Flow[T], *, once: bool) -> T:
        """Carry a flow to its end and give what it gives; `once` does not try again. Raises ClientError."""
        patience_s = 0.0 if once else self._options.patience_s
        step: Callable[[], Request] = partial(next, flow)
        while True:
            try:
                request = step()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                step = partial(flow.send, self._ask(request, patience_s))
            except ClientError as failure:
                step = partial(flow.throw, failure)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _ask(self, request: Request, patience_s: float) -> Answer:
        for attempt in _tries(request, patience_s, self._chance):
            with attempt:
                return self._once(request)
        raise AssertionError(request)

    def _once(self, request: Request) -> Answer:
        try:
            response = self._http.send(_built(self._http, request))
        except httpx2.RequestError as error:
            raise _lost(request, self._site, error) from error
        return _judged(request, self._site, response)


class AsyncExchange:
    """The line of an asynchronous client, in one event loop."""

    def __init__(self, site: Site, options: Options, chance: Random) -> None:
        self._site = site
        self._options = options
        self._chance = chance
        self._http = httpx2.AsyncClient(**_line(site, options))

    async def carry(self, flow: Flow[T], *, once: bool) -> T:
        """Carry a flow to its end and give what it gives; `once` does not try again. Raises ClientError."""
        patience_s = 0.0 if once else self._options.patience_s
        step: Callable[[], Request] = partial(next, flow)
        while True:
            try:
                request = step()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                step = partial(flow.send, await self._ask(request, patience_s))
            except ClientError as failure:
                step = partial(flow.throw, failure)

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _ask(self, request: Request, patience_s: float) -> Answer:
        async for attempt in _tries(request, patience_s, self._chance):
            with attempt:
                return await self._once(request)
        raise AssertionError(request)

    async def _once(self, request: Request) -> Answer:
        try:
            response = await self._http.send(_built(self._http, request))
        except httpx2.RequestError as error:
            raise _lost(request, self._site, error) from error
        return _judged(request, self._site, response)


def pause_s(failure: Exception, request: Request, patience_s: float, chance: Random) -> bool | float:
    """Tell whether to try again: False, True after the usual pause, or the seconds until then."""
    if not isinstance(failure, Unreachable) or not failure.is_passing:
        return False
    if failure.may_have_arrived and not request.repeatable:
        return False
    wish = failure.retry_after_s
    if wish is None:
        return True
    return wish + chance.uniform(0, JITTER_S) if wish <= patience_s else False


def _tries(request: Request, patience_s: float, chance: Random) -> Any:
    return stamina.retry_context(
        partial(pause_s, request=request, patience_s=patience_s, chance=chance),
        attempts=None if patience_s else 1,
        timeout=patience_s or None,
        wait_initial=FIRST_PAUSE_S,
        wait_max=LONGEST_PAUSE_S,
        wait_jitter=JITTER_S,
    )


def _line(site: Site, options: Options) -> dict[str, Any]:
    context = options.ssl_context
    return {
        "base_url": site.api,
        "timeout": httpx2.Timeout(options.timeout_s, connect=min(CONNECT_S, options.timeout_s)),
        "verify": True if context is None else context,
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=())),
    }


def _built(http: httpx2.Client | httpx2.AsyncClient, request: Request) -> httpx2.Request:
    headers = dict(request.headers)
    if request.body is not None:
        headers["content-type"] = "application/json"
    return http.build_request(
        request.method, request.path, params=list(request.query), content=request.body, headers=headers
    )


def _judged(request: Request, site: Site, response: httpx2.Response) -> Answer:
    answer = Answer(response.status_code, response.headers, response.content)
    failure = failure_of(answer, f"{request.method} {site.api}{request.path}")
    if failure is not None:
        log.warning("%s", failure)
        raise failure
    return answer


def _lost(request: Request, site: Site, error: httpx2.RequestError) -> ClientError:
    address = f"{request.method} {site.api}{request.path}"
    reason = f"{type(error).__name__}: {error}".removesuffix(": ")
    failure: ClientError
    if isinstance(error, _PASSING):
        failure = Unreachable(
            f"{address} was not answered: {reason}",
            is_passing=not _is_distrust(error),
            may_have_arrived=not isinstance(error, _NOT_SENT),
        )
    else:
        failure = NotUnderstood(f"{address} was not understood: {reason}")
    log.warning("%s", failure)
    return failure


def _is_distrust(error: BaseException | None) -> bool:
    """Tell whether it was the server's certificate, which another try does not change."""
    while error is not None:
        if isinstance(error, SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
