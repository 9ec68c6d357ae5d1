"""The answers to OPTIONS: which methods an address takes."""

from collections import defaultdict
from collections.abc import Iterable

from litestar import HttpMethod, Response, route
from litestar.handlers import HTTPRouteHandler


def options_of(calls: Iterable[HTTPRouteHandler]) -> list[HTTPRouteHandler]:
    """Give a route for OPTIONS to every address of some calls.

    The framework makes one by itself, but of an address with several calls it knows only the first.
    """
    methods: defaultdict[str, set[str]] = defaultdict(set)
    for call in calls:
        for path in call.paths:
            methods[path] |= {HttpMethod(method).value for method in call.http_methods}
    return [_options(path, known) for path, known in methods.items()]


def _options(path: str, methods: set[str]) -> HTTPRouteHandler:
    allow = ", ".join(sorted({*methods, "OPTIONS"}))

    @route(path, http_method=HttpMethod.OPTIONS, status_code=204, include_in_schema=False)
    async def options() -> Response[None]:
        return Response(None, headers={"allow": allow})

    return options
