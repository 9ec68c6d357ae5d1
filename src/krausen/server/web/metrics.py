"""Metrics, for Prometheus and whoever reads what it reads."""

from typing import Any

from litestar import Response, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from krausen.server.exposition import MEDIA_TYPE, exposition
from krausen.server.metrics import families
from krausen.server.web.call import Call
from krausen.server.web.guards import COOKIE, authorization, viewer
from krausen.server.web.here import is_here


async def gathers(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let viewers in, and who asks at this machine without any proof. Raises Unproven, Forbidden."""
    shows = authorization(connection.headers)[0] or connection.cookies.get(COOKIE)
    if shows or not is_here(connection):
        await viewer(connection, handler)


@get("/metrics", guards=[gathers], include_in_schema=False)
async def read_metrics(request: Call) -> Response[str]:
    """Give everything that is measured, in the text exposition format."""
    found = await families(request.site, request.app.state.requests)
    return Response(exposition(found), media_type=MEDIA_TYPE)
